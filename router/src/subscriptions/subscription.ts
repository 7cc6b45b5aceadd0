import type { JsonValue } from "../json.ts";
import type { AnswerStream } from "../streams/answer-stream.ts";
import type { FatalErrors } from "../streams/stream-part.ts";
import type { UpstreamPart } from "../subgraph-streams/upstream.ts";

/** What a client subscribed to, ready to run, as the router of today understands it. */
export interface Subscription {
  /** Equal for clients that get the same answer to the same event. */
  audienceKey: string;
  source: SubscriptionSource;
  /** From a subgraph's event to the client's answer, as JSON text. It never throws. */
  answer(event: SubscriptionEvent): Promise<string> | string;
  /** What it is under the router that has taken over, or why it is no more. */
  renew(): Promise<Subscription | FatalErrors>;
}

/** A subgraph's side of a subscription. */
export interface SubscriptionSource {
  /** Equal for subscriptions that the subgraph cannot tell apart: these share one. */
  key: string;
  subgraph: string;
  /** Of the client that was first. */
  operationName: string;
  mode: SubscriptionMode;
  resubscribe: ResubscribeTerms;
  /** Rejects with an `UpstreamError` only. */
  open(): Promise<AnswerStream<UpstreamPart>>;
}

export type SubscriptionMode = "passthrough" | "callback" | "sse" | "in_process";

/** How a lost subgraph is sought again. */
export interface ResubscribeTerms {
  attempts: number;
  backoffMs: number;
  backoffMaxMs: number;
}

export interface SubscriptionEvent {
  payload: JsonValue;
  /** Set on the first event after the subgraph was lost and found again: others may have been missed. */
  gapMs: number | undefined;
}

/** How one client's stream is kept. */
export interface SubscriberTerms {
  /** Whom it is counted under; callers that nobody knows are not. */
  subject: string;
  capacity: number;
  onFull: "drop_oldest" | "close";
  /** In `Date.now()` time: when what the client showed is no longer good. */
  expiresAtMs: number | undefined;
  lifetimeMsMax: number | undefined;
  /** Called with each answer that the client is given. */
  told?: ((answer: string) => void) | undefined;
  /** Called once, with why the stream is over. */
  over?: ((reason: string) => void) | undefined;
}
