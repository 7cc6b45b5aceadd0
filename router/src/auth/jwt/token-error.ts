import type { JsonObject } from "../../json.ts";

/** Why a token is refused, in Apollo Router's words. */
export interface TokenError {
  status: number;
  message: string;
  /** As `apollo::authentication::jwt_status` has it. What the client gets is always `AUTH_ERROR`. */
  code: string;
  reason: string | null;
}

export const tokenErrors = {
  notText: refusal(400, "CANNOT_CONVERT_TO_STRING", "Configured header is not convertible to a string"),
  wrongPrefix: (header: string, prefix: string) =>
    refusal(400, "INVALID_PREFIX", `Value of '${header}' JWT header should be prefixed with '${prefix}'`),
  onlyPrefix: (header: string, prefix: string) =>
    refusal(
      400,
      "MISSING_JWT",
      `Value of '${header}' JWT header has only '${prefix}' prefix but no JWT token`,
    ),
  badHead: (flaw: TokenFlaw) =>
    refusal(400, "INVALID_HEADER", `'(truncated)' is not a valid JWT header: ${flaw.text}`, flaw.reason),
  badToken: (flaw: TokenFlaw) =>
    refusal(401, "CANNOT_DECODE_JWT", `Cannot decode JWT: ${flaw.text}`, flaw.reason),
  badKey: refusal(
    500,
    "CANNOT_CREATE_DECODING_KEY",
    "Cannot create decoding key: InvalidKeyFormat",
    "INVALID_KEY_FORMAT",
  ),
  unknownKey: (kid: string) =>
    refusal(401, "CANNOT_FIND_KID", `Cannot find kid: '${JSON.stringify(kid)}' in JWKS list`),
  noKeyFor: (algorithm: string) =>
    refusal(
      401,
      "CANNOT_FIND_SUITABLE_KEY",
      `Cannot find a suitable key for: alg: '${algorithm}', kid: 'None' in JWKS list`,
    ),
  wrongIssuer: (expected: readonly string[], actual: string) =>
    refusal(
      500,
      "INVALID_ISSUER",
      `Invalid issuer: the token's \`iss\` was '${actual}', but signed with a key from JWKS configured to only accept from '${expected.join(", ")}'`,
    ),
  wrongAudience: (expected: readonly string[], actual: string) =>
    refusal(
      401,
      "INVALID_AUDIENCE",
      `Invalid audience: the token's \`aud\` was '${actual}', but '${expected.join(", ")}' was expected`,
    ),
};

function refusal(status: number, code: string, message: string, reason: string | null = null): TokenError {
  return { status, code, message, reason };
}

/** What is wrong inside a token: for people, and as a word for programs. */
export interface TokenFlaw {
  text: string;
  reason: string;
}

export const tokenFlaws = {
  shape: { text: "InvalidToken", reason: "INVALID_TOKEN" },
  algorithm: { text: "InvalidAlgorithm", reason: "INVALID_ALGORITHM" },
  signature: { text: "InvalidSignature", reason: "INVALID_SIGNATURE" },
  expired: { text: "ExpiredSignature", reason: "EXPIRED_SIGNATURE" },
  tooEarly: { text: "ImmatureSignature", reason: "IMMATURE_SIGNATURE" },
  base64: (problem: string) => ({ text: `Base64 error: ${problem}`, reason: "BASE64_ERROR" }),
  json: (problem: string) => ({ text: `JSON error: ${problem}`, reason: "JSON_ERROR" }),
  missingClaim: (name: string) => ({
    text: `Missing required claim: ${name}`,
    reason: "MISSING_REQUIRED_CLAIM",
  }),
  badClaim: (name: string) => ({ text: `Invalid format for claim: ${name}`, reason: "UNKNOWN_ERROR" }),
} satisfies Record<string, TokenFlaw | ((text: string) => TokenFlaw)>;

/** How `apollo::authentication::jwt_status` tells of it. */
export function describeFailure(source: JsonObject, { message, code, reason }: TokenError): JsonObject {
  return { Failure: { ...source, error: { message, code, reason } } };
}
