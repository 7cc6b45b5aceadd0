import type { SubgraphResponse, TransportError, TransportErrorCode } from "../subgraph-client/transport.ts";
import type { CallOutcome } from "./circuit-breaker.ts";

/** How one attempt ended. */
export type Attempt =
  | { kind: "answered"; response: SubgraphResponse }
  | { kind: "failed"; error: TransportError };

/** What can only be the subgraph's fault, or that of the way to it. GraphQL errors are answers like any other. */
const faults: ReadonlySet<TransportErrorCode> = new Set([
  "CONNECT_FAILED",
  "CONNECTION_LOST",
  "TIMED_OUT",
  "BAD_ANSWER",
]);

/** Faults of which the next attempt may be free. Half an answer is one: queries change nothing. */
const passing: ReadonlySet<TransportErrorCode> = new Set(["CONNECT_FAILED", "CONNECTION_LOST", "TIMED_OUT"]);

const congestedStatuses: ReadonlySet<number> = new Set([429, 503, 504]);

export function outcomeOf(attempt: Attempt): CallOutcome {
  if (attempt.kind === "answered") return attempt.response.status >= 500 ? "failure" : "success";
  return faults.has(attempt.error.code) ? "failure" : "none";
}

export function showsCongestion(attempt: Attempt): boolean {
  if (attempt.kind === "answered") return congestedStatuses.has(attempt.response.status);
  return attempt.error.code === "TIMED_OUT";
}

export function mayPass(attempt: Attempt, statuses: readonly number[]): boolean {
  if (attempt.kind === "answered") return statuses.includes(attempt.response.status);
  return passing.has(attempt.error.code);
}
