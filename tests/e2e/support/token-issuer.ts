import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from "jose";

interface SigningKey {
  privateKey: CryptoKey;
  jwk: JWK;
}

/** Signs tokens and publishes the keys, as an identity provider does. */
export class TokenIssuer implements AsyncDisposable {
  /** How often its keys were read, and with which headers last. */
  reads = 0;
  lastHeaders = new Headers();
  /** Answers in the place of the keys while it is set. */
  outage: (() => Response | Promise<Response>) | undefined;
  private readonly server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    development: false,
    fetch: (request) => this.publish(request),
  });
  private keys: SigningKey[] = [];

  static async open(algorithm = "ES256"): Promise<TokenIssuer> {
    const issuer = new TokenIssuer();
    await issuer.rotate("key-1", algorithm);
    return issuer;
  }

  get url(): string {
    return `http://127.0.0.1:${this.server.port}/jwks.json`;
  }

  get published(): JWK[] {
    return this.keys.map(({ jwk }) => jwk);
  }

  /** From now on this key signs, and it alone is published. */
  async rotate(keyId: string, algorithm = "ES256"): Promise<void> {
    const { privateKey, publicKey } = await generateKeyPair(algorithm);
    const jwk = { ...(await exportJWK(publicKey)), kid: keyId, alg: algorithm, use: "sig" };
    this.keys = [{ privateKey, jwk }];
  }

  /** A token for a quarter of an hour, unless told otherwise. */
  async sign(claims: JWTPayload, { isEndless = false } = {}): Promise<string> {
    const [key] = this.keys;
    if (!key) throw new Error("there is no key");
    const exp = Math.floor(Date.now() / 1_000) + 900;
    return new SignJWT(isEndless ? claims : { exp, ...claims })
      .setProtectedHeader({ alg: key.jwk.alg!, kid: key.jwk.kid! })
      .sign(key.privateKey);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.stop(true);
  }

  private publish(request: Request): Response | Promise<Response> {
    this.reads += 1;
    this.lastHeaders = request.headers;
    return this.outage?.() ?? Response.json({ keys: this.published });
  }
}

export function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}
