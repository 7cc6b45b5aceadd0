import { type CryptoKey, importJWK, type JWK } from "jose";
import { isJsonObject, type JsonObject, type JsonValue } from "../../json.ts";
import { type Algorithm, algorithms } from "./read-token.ts";

/** A key of a set (RFC 7517) that signatures can be checked with. */
export class VerificationKey {
  private readonly imported = new Map<Algorithm, Promise<CryptoKey | Uint8Array>>();

  constructor(private readonly jwk: JWK) {}

  get keyId(): string | undefined {
    return this.jwk.kid;
  }

  /** Whether it says which algorithm it is for. */
  get isSpecific(): boolean {
    return this.jwk.alg !== undefined;
  }

  /** A key without an algorithm fits all of its family, and never one of another: a public key is no secret. */
  fits(algorithm: Algorithm): boolean {
    const { alg, kty, crv } = this.jwk;
    if (alg !== undefined && alg !== algorithm) return false;
    switch (algorithm) {
      case "HS256":
      case "HS384":
      case "HS512":
        return kty === "oct";
      case "ES256":
        return kty === "EC" && crv === "P-256";
      case "ES384":
        return kty === "EC" && crv === "P-384";
      case "EdDSA":
        return kty === "OKP" && crv === "Ed25519";
      default:
        return kty === "RSA";
    }
  }

  /** Rejects where the key is none. */
  load(algorithm: Algorithm): Promise<CryptoKey | Uint8Array> {
    const known = this.imported.get(algorithm);
    if (known) return known;
    // What a key may be used for has been looked at; `ext` and the like are about exporting it.
    const { use: _use, key_ops: _operations, ext: _extractable, ...material } = this.jwk;
    const imported = importJWK(material, algorithm);
    this.imported.set(algorithm, imported);
    return imported;
  }
}

export type ParsedKeys = { kind: "keys"; keys: VerificationKey[]; ignored: number } | { kind: "unreadable" };

/** Keys for other purposes and of unknown kinds are left out, as RFC 7517, 5 asks. */
export function parseKeySet(text: string): ParsedKeys {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    return { kind: "unreadable" };
  }
  if (!isJsonObject(value) || !Array.isArray(value.keys)) return { kind: "unreadable" };
  const jwks = value.keys.filter(isUsable);
  return {
    kind: "keys",
    keys: jwks.map((jwk) => new VerificationKey(jwk)),
    ignored: value.keys.length - jwks.length,
  };
}

function isUsable(value: JsonValue): value is JsonObject & JWK {
  if (!isJsonObject(value)) return false;
  const { kty, use, key_ops: operations, alg, kid } = value;
  if (typeof kty !== "string" || !["oct", "RSA", "EC", "OKP"].includes(kty)) return false;
  if (kid !== undefined && typeof kid !== "string") return false;
  if (use !== undefined && use !== "sig") return false;
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes("verify"))) return false;
  return alg === undefined || algorithms.some((each) => each === alg);
}
