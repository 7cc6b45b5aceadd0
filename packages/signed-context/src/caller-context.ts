/** What the router vouches for. */
export interface CallerContext {
  /** Undefined for a caller that nobody knows. */
  user: string | undefined;
  tenant: string | undefined;
  roles: readonly string[];
  scopes: readonly string[];
  /** For logs: the same in every subgraph that one request reaches. */
  requestId: string;
}

/** The header's name unless the configuration says another. */
export const contextHeader = "mycelium-context";

/** What the signed claims look like (RFC 7519 where it has a name). */
export interface ContextClaims {
  iss: string;
  aud: string;
  iat: number;
  exp: number;
  sub?: string;
  tenant?: string;
  roles: readonly string[];
  scope: string;
  rid: string;
}

export const issuer = "mycelium-router";

/** Keeps any other token that a key may have signed from passing for a context (RFC 8725, 3.11). */
export const contextType = "mycelium-context+jwt";
