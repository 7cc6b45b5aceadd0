import type { Vault } from "@mycelium/vault";
import { type Connector, type CredentialSource, type Credentials, connectorShapes } from "./connectors.ts";

export interface VaultCredentialsOptions {
  vault: Pick<Vault, "read">;
  /** Who reads: it stands in the vault's access log. */
  reader: string;
  now?: () => number;
}

/** A rotated secret is in use after this. */
const lifeMs = 5_000;
const keptMax = 10_000;

interface Kept {
  expiresMs: number;
  credentials: Promise<unknown>;
}

/** Credentials out of the vault, remembered for a moment, so that a busy subgraph does not write a log row a request. */
export function vaultCredentials({
  vault,
  reader,
  now = Date.now,
}: VaultCredentialsOptions): CredentialSource {
  const kept = new Map<string, Kept>();
  return {
    async find<C extends Connector>(tenantId: string, connector: C) {
      const key = `${tenantId} ${connector}`;
      const known = kept.get(key);
      if (known && known.expiresMs > now()) return (await known.credentials) as Credentials<C> | undefined;
      const credentials = read(tenantId, connector);
      kept.set(key, { expiresMs: now() + lifeMs, credentials });
      if (kept.size > keptMax) kept.delete(kept.keys().next().value!);
      credentials.catch(() => kept.delete(key));
      return (await credentials) as Credentials<C> | undefined;
    },
  };

  async function read(tenantId: string, connector: Connector): Promise<unknown> {
    const secret = await vault.read({ tenantId, reader }, secretName(connector));
    return secret === undefined ? undefined : connectorShapes[connector].parse(secret);
  }
}

/** What a connector's credentials are called in the vault. */
export function secretName(connector: Connector): string {
  return `connector/${connector}`;
}
