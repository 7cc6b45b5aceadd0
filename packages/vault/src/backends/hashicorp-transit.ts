import { VaultError } from "../errors.ts";
import type { KeyWrapper } from "../key-wrapper.ts";

export interface TransitOptions {
  /** As VAULT_ADDR. */
  address: string;
  token: string;
  /** The transit key, made with `derived=true` so that the context counts. */
  key: string;
  /** Where the transit engine is mounted. */
  mount?: string;
  namespace?: string;
  fetch?: typeof fetch;
  timeoutMs?: number;
}

interface TransitAnswer {
  data?: { ciphertext?: string; plaintext?: string; latest_version?: number };
  errors?: string[];
}

/** HashiCorp Vault's transit engine: https://developer.hashicorp.com/vault/api-docs/secret/transit */
export function createTransit(options: TransitOptions): KeyWrapper {
  const { address, token, key, mount = "transit", namespace, timeoutMs = 5_000 } = options;
  const call = options.fetch ?? fetch;

  async function ask(
    method: "GET" | "POST",
    path: string,
    body?: object,
  ): Promise<NonNullable<TransitAnswer["data"]>> {
    const headers = { "x-vault-token": token, "content-type": "application/json" };
    const response = await call(
      `${address.replace(/\/$/, "")}/v1/${mount}/${path}/${encodeURIComponent(key)}`,
      {
        method,
        headers: namespace ? { ...headers, "x-vault-namespace": namespace } : headers,
        signal: AbortSignal.timeout(timeoutMs),
        ...(body && { body: JSON.stringify(body) }),
      },
    ).catch((error: Error) => {
      throw new VaultError("BACKEND_UNAVAILABLE", error.name);
    });
    const answer = (await response.json().catch(() => ({}))) as TransitAnswer;
    if (response.ok && answer.data) return answer.data;
    // What it was asked to open does not open: an answer about the secret, not about the service.
    if (response.status === 400 && path === "decrypt") throw new VaultError("SEAL_BROKEN");
    throw new VaultError("BACKEND_UNAVAILABLE", `${path} answered ${response.status}`);
  }

  const base64 = (text: string) => Buffer.from(text).toString("base64");
  return {
    async wrap(dataKey, context) {
      const body = { plaintext: dataKey.toString("base64"), context: base64(context) };
      const { ciphertext = "" } = await ask("POST", "encrypt", body);
      return { keyId: versionOf(ciphertext), text: ciphertext };
    },
    async unwrap({ text: ciphertext }, context) {
      const { plaintext = "" } = await ask("POST", "decrypt", { ciphertext, context: base64(context) });
      return Buffer.from(plaintext, "base64");
    },
    async currentKeyId() {
      return `v${(await ask("GET", "keys")).latest_version}`;
    },
  };
}

/** Transit's ciphertexts read `vault:v3:…`. */
function versionOf(ciphertext: string): string {
  const version = /^vault:(v\d+):/.exec(ciphertext)?.[1];
  if (!version) throw new VaultError("BACKEND_UNAVAILABLE", "encrypt answered what is no ciphertext");
  return version;
}
