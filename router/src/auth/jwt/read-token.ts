import { isJsonObject, type JsonObject, type JsonValue } from "../../json.ts";
import { type TokenFlaw, tokenFlaws } from "./token-error.ts";

/** Those that Apollo Router knows, in its order. `none` is not among them. */
export const algorithms = [
  "HS256",
  "HS384",
  "HS512",
  "ES256",
  "ES384",
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "EdDSA",
] as const;

export type Algorithm = (typeof algorithms)[number];

/** What a token says of itself, believed by nobody yet. */
export interface TokenHead {
  algorithm: Algorithm;
  keyId: string | undefined;
}

export type Read<T> = { kind: "read"; value: T } | { kind: "flawed"; flaw: TokenFlaw };

/** Reads the first part of a compact JWS (RFC 7515, 7.1). */
export function readTokenHead(token: string): Read<TokenHead> {
  const lastDot = token.lastIndexOf(".");
  const middleDot = lastDot > 0 ? token.lastIndexOf(".", lastDot - 1) : -1;
  if (middleDot < 0) return flawed(tokenFlaws.shape);
  const part = decodePart(token.slice(0, middleDot));
  return part.kind === "flawed" ? part : readHead(part.value);
}

/** The claims of a token whose signature is right. */
export function readClaims(payload: Uint8Array): Read<JsonObject> {
  return parseObject(Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString("utf8"));
}

function readHead(text: string): Read<TokenHead> {
  const parsed = parseObject(text);
  if (parsed.kind === "flawed") return parsed;
  const { alg, kid } = parsed.value;
  if (alg === undefined) return flawed(tokenFlaws.json(`missing field \`alg\` ${at(text, text.length)}`));
  const algorithm = algorithms.find((each) => each === alg);
  if (algorithm === undefined) return flawed(tokenFlaws.json(describeUnknown(text, alg)));
  if (kid !== undefined && kid !== null && typeof kid !== "string") {
    return flawed(tokenFlaws.json(`invalid type for \`kid\`, expected a string ${at(text, text.length)}`));
  }
  return { kind: "read", value: { algorithm, keyId: kid ?? undefined } };
}

function describeUnknown(text: string, algorithm: JsonValue): string {
  const named = typeof algorithm === "string" ? algorithm : JSON.stringify(algorithm);
  const expected = algorithms.map((each) => `\`${each}\``).join(", ");
  const end = /"alg"\s*:\s*"[^"]*"/.exec(text);
  const place = at(text, end ? end.index + end[0].length : text.length);
  return `unknown variant \`${named.slice(0, 40)}\`, expected one of ${expected} ${place}`;
}

function at(text: string, index: number): string {
  const lines = text.slice(0, index).split("\n");
  return `at line ${lines.length} column ${lines.at(-1)?.length ?? 0}`;
}

function parseObject(text: string): Read<JsonObject> {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    return flawed(tokenFlaws.json("expected value at line 1 column 1"));
  }
  return isJsonObject(value)
    ? { kind: "read", value }
    : flawed(tokenFlaws.json(`expected an object ${at(text, text.length)}`));
}

function decodePart(part: string): Read<string> {
  const wrong = part.search(/[^\w-]/);
  if (wrong >= 0) {
    return flawed(tokenFlaws.base64(`Invalid symbol ${part.charCodeAt(wrong)}, offset ${wrong}.`));
  }
  if (part.length % 4 === 1) return flawed(tokenFlaws.base64(`Invalid input length: ${part.length}`));
  return { kind: "read", value: Buffer.from(part, "base64url").toString("utf8") };
}

function flawed(flaw: TokenFlaw): { kind: "flawed"; flaw: TokenFlaw } {
  return { kind: "flawed", flaw };
}
