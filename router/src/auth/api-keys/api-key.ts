import { randomBytes, timingSafeEqual } from "node:crypto";
import { isJsonObject, type JsonObject, type JsonValue } from "../../json.ts";

/** What is kept of a key: never the key. */
export interface ApiKeyRecord {
  /** The visible part of the key, for people and logs. */
  id: string;
  hash: Uint8Array;
  expiresMs: number;
  /** In the words of a token, so that everything that reads claims reads these. */
  claims: JsonObject;
}

export interface ApiKeyGrants {
  user?: string | undefined;
  tenant?: string | undefined;
  roles: readonly string[];
  scopes: readonly string[];
  plan?: string | undefined;
  expires?: string | undefined;
}

/**
 * A key is `mk_` + id + `_` + 256 random bits. A fast hash is enough for them: a slow one protects what people think
 * up and others can guess, and nobody guesses 256 bits. It is also what keeps a flood of wrong keys cheap.
 */
export function createApiKey(grants: ApiKeyGrants): { key: string; line: string } {
  const id = randomBytes(8).toString("hex");
  const key = `mk_${id}_${randomBytes(32).toString("base64url")}`;
  const { user, tenant, roles, scopes, plan, expires } = grants;
  const line = {
    id,
    hash: `sha256:${hashOf(key).toString("hex")}`,
    user,
    tenant,
    roles,
    scopes,
    plan,
    expires,
  };
  return { key, line: JSON.stringify(line) };
}

/** Undefined for what has not the form of a key. */
export function idOf(key: string): string | undefined {
  return /^mk_([0-9a-f]{16})_[\w-]{43}$/.exec(key)?.[1];
}

export function matches(key: string, { hash }: ApiKeyRecord): boolean {
  return timingSafeEqual(hashOf(key), hash);
}

export function hashOf(key: string): Buffer {
  return new Bun.CryptoHasher("sha256").update(key).digest();
}

/** One key a line; empty lines and comments pass. Throws with the number of a line that is wrong. */
export function readKeyLines(text: string): Map<string, ApiKeyRecord> {
  const records = new Map<string, ApiKeyRecord>();
  text.split("\n").forEach((line, index) => {
    if (line.trim() === "" || line.startsWith("#")) return;
    const record = readLine(line);
    if (!record) throw new Error(`line ${index + 1} is none that \`router keys create\` writes`);
    if (records.has(record.id)) throw new Error(`line ${index + 1} has the id of a line before it`);
    records.set(record.id, record);
  });
  return records;
}

function readLine(line: string): ApiKeyRecord | undefined {
  const value = parse(line);
  if (!isJsonObject(value)) return undefined;
  const { id, hash, user, tenant, roles = [], scopes = [], plan, expires } = value;
  const digest = typeof hash === "string" ? /^sha256:([0-9a-f]{64})$/.exec(hash)?.[1] : undefined;
  const expiresMs = expires === undefined ? Number.POSITIVE_INFINITY : Date.parse(String(expires));
  const isRight =
    typeof id === "string" &&
    digest !== undefined &&
    !Number.isNaN(expiresMs) &&
    [user, tenant, plan].every((each) => each === undefined || typeof each === "string") &&
    [roles, scopes].every((each) => Array.isArray(each) && each.every((one) => typeof one === "string"));
  if (!isRight) return undefined;
  const claims: JsonObject = {
    ...(user !== undefined && { sub: user }),
    ...(tenant !== undefined && { tenant_id: tenant }),
    roles,
    // The cast holds: the lines above have looked at each.
    scope: (scopes as string[]).join(" "),
    ...(plan !== undefined && { plan }),
  };
  return { id, hash: Buffer.from(digest, "hex"), expiresMs, claims };
}

function parse(line: string): JsonValue | undefined {
  try {
    return JSON.parse(line) as JsonValue;
  } catch {
    return undefined;
  }
}
