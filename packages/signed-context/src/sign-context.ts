import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
import { type CallerContext, type ContextClaims, contextType, issuer } from "./caller-context.ts";
import type { ContextKey } from "./context-key.ts";

export interface SignOptions {
  key: ContextKey;
  /** The subgraph that it is for. */
  audience: string;
  issuedAtSeconds: number;
  lifeSeconds: number;
}

/** A compact JWS (RFC 7515) of the context. The router has a way of its own that writes the same, but faster. */
export function signContext(context: CallerContext, options: SignOptions): string {
  const { key } = options;
  const text = `${encode(writeHead(key.id))}.${encode(JSON.stringify(toClaims(context, options)))}`;
  return `${text}.${createHmac("sha256", key.secret).update(text).digest("base64url")}`;
}

export function writeHead(keyId: string): string {
  return JSON.stringify({ alg: "HS256", typ: contextType, kid: keyId });
}

/** The request's id comes last: all before it is the same for many requests. */
export function toClaims(
  { user, tenant, roles, scopes, requestId }: CallerContext,
  { audience, issuedAtSeconds, lifeSeconds }: Omit<SignOptions, "key">,
): ContextClaims {
  return {
    iss: issuer,
    aud: audience,
    iat: issuedAtSeconds,
    exp: issuedAtSeconds + lifeSeconds,
    ...(user !== undefined && { sub: user }),
    ...(tenant !== undefined && { tenant }),
    roles,
    scope: scopes.join(" "),
    rid: requestId,
  };
}

function encode(text: string): string {
  return Buffer.from(text).toString("base64url");
}
