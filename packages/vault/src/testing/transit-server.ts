import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";

export interface TransitServer extends Disposable {
  address: string;
  token: string;
  /** As `vault write -f transit/keys/<key>/rotate`. */
  rotate(): void;
  setDown(down: boolean): void;
}

/** A transit engine with one derived key, over the real API's paths, bodies and status codes. */
export function startTransitServer({ key = "mycelium" } = {}): TransitServer {
  const token = randomBytes(16).toString("hex");
  const versions = [randomBytes(32)];
  let down = false;
  const keyFor = (version: number, context: string) =>
    createHmac("sha256", versions[version - 1] ?? Buffer.alloc(0))
      .update(context)
      .digest();

  const routes: Record<string, (body: Record<string, string>) => object> = {
    [`POST /v1/transit/encrypt/${key}`]({ plaintext = "", context = "" }) {
      const iv = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", keyFor(versions.length, context), iv);
      const sealed = Buffer.concat([cipher.update(Buffer.from(plaintext, "base64")), cipher.final()]);
      const bytes = Buffer.concat([iv, cipher.getAuthTag(), sealed]);
      return {
        ciphertext: `vault:v${versions.length}:${bytes.toString("base64")}`,
        key_version: versions.length,
      };
    },
    [`POST /v1/transit/decrypt/${key}`]({ ciphertext = "", context = "" }) {
      const [, version, base64] = /^vault:v(\d+):(.+)$/.exec(ciphertext) ?? [];
      const bytes = Buffer.from(base64 ?? "", "base64");
      const decipher = createDecipheriv(
        "aes-256-gcm",
        keyFor(Number(version), context),
        bytes.subarray(0, 12),
      );
      decipher.setAuthTag(bytes.subarray(12, 28));
      const plain = Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]);
      return { plaintext: plain.toString("base64") };
    },
    [`GET /v1/transit/keys/${key}`]: () => ({
      latest_version: versions.length,
      derived: true,
      type: "aes256-gcm96",
    }),
  };

  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      if (down) return Response.json({ errors: ["Vault is sealed"] }, { status: 503 });
      if (request.headers.get("x-vault-token") !== token) {
        return Response.json({ errors: ["permission denied"] }, { status: 403 });
      }
      const route = routes[`${request.method} ${new URL(request.url).pathname}`];
      if (!route) return Response.json({ errors: [] }, { status: 404 });
      try {
        const body = request.method === "POST" ? ((await request.json()) as Record<string, string>) : {};
        return Response.json({ request_id: crypto.randomUUID(), data: route(body) });
      } catch {
        return Response.json({ errors: ["cipher: message authentication failed"] }, { status: 400 });
      }
    },
  });
  return {
    address: server.url.origin,
    token,
    rotate: () => void versions.push(randomBytes(32)),
    setDown(value) {
      down = value;
    },
    [Symbol.dispose]: () => void server.stop(true),
  };
}
