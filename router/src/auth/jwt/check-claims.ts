import type { JsonObject, JsonValue } from "../../json.ts";
import type { TrustedKeys } from "./find-keys.ts";
import { type TokenError, tokenErrors, tokenFlaws } from "./token-error.ts";

/** How far clocks may be apart, as in Apollo Router. */
export const leewaySeconds = 60;

/** Checks what a token with a right signature claims: time, then issuer, then audience. */
export function checkClaims(
  claims: JsonObject,
  { issuers, audiences, allowMissingExp }: TrustedKeys,
  nowMs: number,
): TokenError | undefined {
  return (
    checkTimes(claims, allowMissingExp, Math.floor(nowMs / 1_000)) ??
    (issuers && issuers.length > 0 ? checkIssuer(claims.iss, issuers) : undefined) ??
    (audiences && audiences.length > 0 ? checkAudience(claims.aud, audiences) : undefined)
  );
}

/** When a token is no longer believed; undefined where it never ends. */
export function expiryMs({ exp }: JsonObject): number | undefined {
  const seconds = readTime(exp);
  return typeof seconds === "number" ? (seconds + leewaySeconds + 1) * 1_000 : undefined;
}

function checkTimes(
  { exp, nbf }: JsonObject,
  allowMissingExp: boolean,
  nowSeconds: number,
): TokenError | undefined {
  const expires = readTime(exp);
  const begins = readTime(nbf);
  if (typeof expires !== "number" && !allowMissingExp)
    return tokenErrors.badToken(tokenFlaws.missingClaim("exp"));
  if (expires === "malformed") return tokenErrors.badToken(tokenFlaws.badClaim("exp"));
  if (begins === "malformed") return tokenErrors.badToken(tokenFlaws.badClaim("nbf"));
  if (expires !== undefined && expires < nowSeconds - leewaySeconds) {
    return tokenErrors.badToken(tokenFlaws.expired);
  }
  if (begins !== undefined && begins > nowSeconds + leewaySeconds) {
    return tokenErrors.badToken(tokenFlaws.tooEarly);
  }
  return undefined;
}

function readTime(value: JsonValue | undefined): number | "malformed" | undefined {
  if (value === undefined) return undefined;
  return typeof value === "number" && value >= 0 && value < 2 ** 64 ? Math.round(value) : "malformed";
}

function checkIssuer(actual: JsonValue | undefined, issuers: readonly string[]): TokenError | undefined {
  if (typeof actual === "string" && issuers.includes(actual)) return undefined;
  return tokenErrors.wrongIssuer(issuers.toSorted(), print(actual));
}

function checkAudience(actual: JsonValue | undefined, audiences: readonly string[]): TokenError | undefined {
  const named = Array.isArray(actual) ? actual : [actual];
  if (named.some((each) => typeof each === "string" && audiences.includes(each))) return undefined;
  return tokenErrors.wrongAudience(audiences.toSorted(), print(actual));
}

function print(value: JsonValue | undefined): string {
  if (value === undefined) return "<none>";
  return typeof value === "string" ? value : JSON.stringify(value);
}
