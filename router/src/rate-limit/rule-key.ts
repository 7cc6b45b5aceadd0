import { createHash } from "node:crypto";
import type { RateLimitRule } from "../config/sections/mycelium/rate-limit.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import { isJsonObject } from "../json.ts";
import type { Asker } from "./asker.ts";

/** What a request is counted under; undefined where it lacks a part of it. */
export type ReadKey = (asker: Asker) => string | undefined;

type KeyPart = RateLimitRule["key"][number];
type ReadPart = (asker: Asker) => string | undefined;

export function compileKey(parts: readonly KeyPart[]): ReadKey {
  const readers = parts.map(compilePart);
  return function readKey(asker) {
    let key = "";
    for (const read of readers) {
      const part = read(asker);
      if (part === undefined) return undefined;
      key += bounded(part);
    }
    return key;
  };
}

/** Whether it needs the operation, which is known only once it was read. */
export function isOfOperation(part: KeyPart): boolean {
  return part === "operation_name";
}

function compilePart(part: KeyPart): ReadPart {
  switch (part) {
    case "ip":
      return (asker) => asker.address();
    case "user":
      return ({ caller: { tenant, user } }) => user && JSON.stringify([tenant ?? null, user]);
    case "tenant":
      return ({ caller }) => caller.tenant;
    case "api_key":
      return ({ caller }) => caller.apiKeyId;
    case "operation_name":
      return ({ operation }) => operation?.name;
    default:
      return "header" in part ? readHeader(part.header) : readClaimText(part.claim);
  }
}

function readHeader(name: string): ReadPart {
  return ({ headers }) => headers.get(name) ?? undefined;
}

function readClaimText(path: string): ReadPart {
  const read = compileClaim(path);
  return ({ caller }) => {
    const value = read(caller.claims);
    return value === undefined || value === null ? undefined : JSON.stringify(value);
  };
}

export function compileClaim(path: string): (claims: JsonObject | undefined) => JsonValue | undefined {
  const names = path.split(".");
  return (claims) => {
    let value: JsonValue | undefined = claims;
    for (const name of names) {
      if (!isJsonObject(value) || !Object.hasOwn(value, name)) return undefined;
      value = value[name];
    }
    return value;
  };
}

const plainLengthMax = 64;

/** The length before each part keeps "a" and "bc" from being "ab" and "c". A client's text may be of any length. */
function bounded(part: string): string {
  if (part.length <= plainLengthMax) return `${part.length}:${part}`;
  return `#${createHash("sha256").update(part).digest("base64url")}`;
}
