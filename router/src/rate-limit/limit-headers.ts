import type { RuleStanding } from "./rate-limits.ts";

/**
 * What a client is told of the limits that count it.
 * https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-10
 */
export function limitHeaders(standings: readonly RuleStanding[]): Record<string, string> {
  return {
    "ratelimit-policy": standings.map(writePolicy).join(", "),
    ratelimit: standings.map(writeLimit).join(", "),
  };
}

export function secondsUntil(delayMs: number): number {
  return Math.max(1, Math.ceil(delayMs / 1_000));
}

function writePolicy({ rule, limit, windowMs }: RuleStanding): string {
  return `"${rule}";q=${limit};w=${windowMs / 1_000}`;
}

function writeLimit({ rule, remaining, returnsInMs }: RuleStanding): string {
  return `"${rule}";r=${remaining};t=${secondsUntil(returnsInMs)}`;
}
