export interface CacheHint {
  maxAge?: number;
  scope?: "PUBLIC" | "PRIVATE";
}

/** What an answer as a whole may be kept for. */
export interface CachePolicy {
  maxAge: number;
  scope: "PUBLIC" | "PRIVATE";
}

export function restrict(policy: CachePolicy, { maxAge, scope }: CacheHint): CachePolicy {
  return {
    maxAge: maxAge === undefined ? policy.maxAge : Math.min(policy.maxAge, maxAge),
    scope: scope === "PRIVATE" ? "PRIVATE" : policy.scope,
  };
}

export function toHeader({ maxAge, scope }: CachePolicy): string {
  if (!(maxAge > 0) || maxAge === Infinity) return "no-store";
  return `max-age=${maxAge}, ${scope.toLowerCase()}`;
}
