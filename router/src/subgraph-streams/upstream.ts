import type { GraphqlError } from "../graphql-error.ts";
import type { JsonValue } from "../json.ts";
import type { AnswerStream } from "../streams/answer-stream.ts";

/** What a subgraph says while it is subscribed to. Everything but a payload is its last word. */
export type UpstreamPart =
  | { kind: "payload"; payload: JsonValue }
  | { kind: "complete" }
  /** The subgraph ends the operation with errors. */
  | { kind: "refused"; errors: readonly GraphqlError[] }
  /** The way to the subgraph is gone; it may be found again. */
  | { kind: "lost"; error: GraphqlError };

/** One subscription to be opened at one subgraph. */
export interface UpstreamRequest {
  /** Lower-case names, as the header rules make them. A connection may be shared where these are equal. */
  headers: Readonly<Record<string, string>>;
  /** What is shared has those of the subscription that opened it. */
  traceHeaders: Readonly<Record<string, string>>;
  /** The operation as JSON: query, operationName, variables. */
  body: string;
}

/** Opens a subscription over one protocol. Rejects with an `UpstreamError` only. */
export type OpenUpstream = (request: UpstreamRequest) => Promise<AnswerStream<UpstreamPart>>;

/** The subscription could not be opened. */
export class UpstreamError extends Error {
  constructor(
    message: string,
    /** What the subgraph answered instead, where it did. */
    readonly errors: readonly GraphqlError[] | undefined = undefined,
  ) {
    super(message);
  }
}

/** How many events of a subgraph may wait; they are passed on at once, so that this is never many. */
export const upstreamCapacity = 1_024;

/** One event may be as large as this. */
export const eventBytesMax = 16 * 1024 * 1024;

/** Passes an event on; a subgraph that sends faster than the router can look at loses the oldest. */
export function pushEvent(stream: AnswerStream<UpstreamPart>, part: UpstreamPart): void {
  if (stream.push(part)) return;
  stream.dropOldest();
  stream.push(part);
}
