import { Buffer } from "node:buffer";
import { hkdfSync } from "node:crypto";

/** What contexts for one subgraph are signed and verified with. */
export interface ContextKey {
  id: string;
  secret: Uint8Array;
}

export const secretBytesMin = 32;

/**
 * Every subgraph has a key of its own, derived from the router's secret (RFC 5869). Whoever gets hold of one can only
 * speak to the subgraph that had it, as with signatures of a public key, but a hundred times cheaper to verify.
 */
export function deriveContextKey(
  { id, secret }: { id: string; secret: string },
  subgraph: string,
): ContextKey {
  const bytes = new TextEncoder().encode(secret);
  if (bytes.length < secretBytesMin) throw new RangeError(`a secret needs at least ${secretBytesMin} bytes`);
  return { id, secret: new Uint8Array(hkdfSync("sha256", bytes, id, `mycelium-context:${subgraph}`, 32)) };
}

/** A JSON Web Key Set (RFC 7517): what a subgraph is given to verify with. It is a secret. */
export function toKeySet(keys: readonly ContextKey[]) {
  return {
    keys: keys.map(({ id, secret }) => ({
      kty: "oct",
      kid: id,
      alg: "HS256",
      use: "sig",
      k: Buffer.from(secret).toString("base64url"),
    })),
  };
}

/** Throws where the text is no such set: a subgraph without keys would refuse everybody. */
export function readKeySet(text: string): ContextKey[] {
  const value: unknown = JSON.parse(text);
  const keys = isRecord(value) && Array.isArray(value.keys) ? value.keys : [];
  const read = keys.map(readKey);
  if (read.length === 0) throw new TypeError("this is no JSON Web Key Set with keys for signed contexts");
  return read;
}

function readKey(value: unknown): ContextKey {
  if (
    !isRecord(value) ||
    value.kty !== "oct" ||
    typeof value.kid !== "string" ||
    typeof value.k !== "string"
  ) {
    throw new TypeError('a key for signed contexts has kty "oct", a kid and a secret k');
  }
  const secret = Buffer.from(value.k, "base64url");
  if (secret.length < secretBytesMin)
    throw new RangeError(`the key ${value.kid} has less than ${secretBytesMin} bytes`);
  return { id: value.kid, secret };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
