import type { RouterConfig } from "../config/router-config.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { sortedEntries } from "../sorted-entries.ts";
import type { Caller } from "./caller.ts";

/** Makes the caller that a token or an API key speaks of. */
export type IdentifyCaller = (claims: JsonObject, apiKeyId?: string) => Caller;

/** Which claims say what, the first of each list that there is. */
export type ClaimNames = RouterConfig["plugins"]["mycelium.identity"];

export function compileIdentity(names: ClaimNames): IdentifyCaller {
  const findTenant = compileClaim(names.tenant);
  const findUser = compileClaim(names.user);
  const findRoles = compileClaim(names.roles);
  const findScopes = compileClaim(names.scopes);
  const findPlan = compileClaim(names.plan);

  return function identifyCaller(claims, apiKeyId) {
    const tenant = readText(findTenant(claims));
    const user = readText(findUser(claims));
    const roles = readWords(findRoles(claims));
    const scopes = readWords(findScopes(claims));
    const plan = readText(findPlan(claims));
    const issuer = readText(claims.iss) ?? null;
    const subject = digest(
      user === undefined && apiKeyId === undefined
        ? withoutTimes(claims)
        : [issuer, tenant ?? null, user ?? null, apiKeyId ?? null],
    );
    const granted = [subject, roles.toSorted(), scopes.toSorted(), plan ?? null];
    return { identity: digest(granted), subject, tenant, user, roles, scopes, plan, claims, apiKeyId };
  };
}

/** Somebody who is known by a token brings a key along: the token says who it is, the key which program asks for them. */
export function joinCallers(person: Caller, program: Caller): Caller {
  return {
    ...person,
    identity: digest([person.identity, program.identity]),
    tenant: person.tenant ?? program.tenant,
    plan: person.plan ?? program.plan,
    apiKeyId: program.apiKeyId,
  };
}

/** The first of several names that a token has. One that begins with a slash is a JSON pointer (RFC 6901). */
function compileClaim(names: readonly string[]): (claims: JsonObject) => JsonValue | undefined {
  const paths = names.map((name) =>
    name.startsWith("/") ? name.slice(1).split("/").map(unescapeStep) : [name],
  );
  return (claims) => {
    for (const path of paths) {
      const value = readPath(claims, path);
      if (value !== undefined && value !== null) return value;
    }
    return undefined;
  };
}

function unescapeStep(step: string): string {
  return step.replaceAll("~1", "/").replaceAll("~0", "~");
}

function readPath(claims: JsonObject, path: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = claims;
  for (const step of path) {
    if (!isJsonObject(value) || !Object.hasOwn(value, step)) return undefined;
    value = value[step];
  }
  return value;
}

function readText(value: JsonValue | undefined): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A list, or words with spaces between as in RFC 8693, 4.2. */
function readWords(value: JsonValue | undefined): string[] {
  const words = typeof value === "string" ? value.split(/\s+/) : Array.isArray(value) ? value : [];
  return words.filter((word): word is string => typeof word === "string" && word !== "");
}

/** A token that names nobody stands for itself, the same again when it is renewed. */
function withoutTimes({ exp: _exp, iat: _iat, nbf: _nbf, jti: _jti, ...claims }: JsonObject): JsonValue {
  return sortedEntries(claims);
}

/** A collision would be one caller seeing another's answers: nothing weaker will do. */
function digest(value: JsonValue): string {
  return new Bun.CryptoHasher("sha256").update(JSON.stringify(value)).digest("base64url");
}
