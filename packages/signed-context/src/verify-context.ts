import { Buffer } from "node:buffer";
import { createHmac, timingSafeEqual } from "node:crypto";
import { type CallerContext, contextType, issuer } from "./caller-context.ts";
import type { ContextKey } from "./context-key.ts";

export interface VerifierOptions {
  /** The subgraph's own name: a context for another one is refused. */
  audience: string;
  /** Several while keys rotate. */
  keys: readonly ContextKey[];
  nowMs?: () => number;
}

export type Verdict =
  | { kind: "verified"; context: CallerContext }
  /** The reason is for the log, not for whoever sent it. */
  | { kind: "refused"; reason: string };

/** Clocks of router and subgraph may be apart by so much. */
const leewaySeconds = 5;
const tokenCharsMax = 16_384;

/** Checks what a subgraph is told of its caller. Runs wherever `node:crypto` does: Bun, Deno, Node. */
export function createContextVerifier({
  audience,
  keys,
  nowMs = Date.now,
}: VerifierOptions): (token: string) => Verdict {
  const secrets = new Map(keys.map(({ id, secret }) => [id, secret]));
  const findSecret = createHeadReader(secrets);

  return function verifyContext(token) {
    if (token.length > tokenCharsMax) return refused("it is too long");
    const [head = "", payload = "", signature = "", ...more] = token.split(".");
    if (signature === "" || more.length > 0) return refused("it is no compact JWS");
    const secret = findSecret(head);
    if (!secret) return refused("it is not signed with a key of this subgraph");
    const expected = createHmac("sha256", secret).update(`${head}.${payload}`).digest();
    const actual = Buffer.from(signature, "base64url");
    if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) {
      return refused("its signature is wrong");
    }
    return judge(parse(payload), audience, nowMs() / 1_000);
  };
}

/** Heads are the same for all contexts of a key: each is read once. */
function createHeadReader(secrets: ReadonlyMap<string, Uint8Array>) {
  const known = new Map<string, Uint8Array>();
  return (head: string): Uint8Array | undefined => {
    const secret = known.get(head);
    if (secret) return secret;
    const { alg, typ, kid, crit } = parse(head);
    if (alg !== "HS256" || typ !== contextType || typeof kid !== "string" || crit !== undefined)
      return undefined;
    const found = secrets.get(kid);
    // Only what could be written differently in the same bytes: a handful, whoever sends them.
    if (found && known.size < headsMax) known.set(head, found);
    return found;
  };
}

const headsMax = 64;

function judge(claims: Record<string, unknown>, audience: string, nowSeconds: number): Verdict {
  const { iss, aud, iat, exp, sub, tenant, roles, scope, rid } = claims;
  if (iss !== issuer) return refused("it is of another issuer");
  if (aud !== audience) return refused("it is for another subgraph");
  if (typeof exp !== "number" || exp < nowSeconds - leewaySeconds) return refused("it has expired");
  if (typeof iat !== "number" || iat > nowSeconds + leewaySeconds) return refused("it is of the future");
  if (!isTextOrAbsent(sub) || !isTextOrAbsent(tenant) || !isTexts(roles))
    return refused("its claims are wrong");
  if (typeof scope !== "string" || typeof rid !== "string") return refused("its claims are wrong");
  const scopes = scope === "" ? [] : scope.split(" ");
  return { kind: "verified", context: { user: sub, tenant, roles, scopes, requestId: rid } };
}

function isTextOrAbsent(value: unknown): value is string | undefined {
  return value === undefined || typeof value === "string";
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

function parse(part: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function refused(reason: string): Verdict {
  return { kind: "refused", reason };
}
