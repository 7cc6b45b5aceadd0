import { AnswerStream } from "../streams/answer-stream.ts";
import type { FatalErrors, StreamPart } from "../streams/stream-part.ts";
import { TIMEOUT_MS_MAX } from "../subgraph-client/transport.ts";
import type { SubscriberTerms } from "./subscription.ts";
import { reasonOf, subscriptionErrors } from "./subscription-errors.ts";

export interface SubscriberWatch {
  skipped(): void;
  /** It reads no more, or has been told all. */
  gone(subscriber: Subscriber): void;
}

/** One client's stream. What it does not read in time is bounded, and so is its life. */
export class Subscriber {
  readonly parts: AnswerStream<StreamPart>;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isOver = false;

  constructor(
    readonly terms: SubscriberTerms,
    private readonly watch: SubscriberWatch,
  ) {
    this.parts = new AnswerStream(terms.capacity);
    this.parts.onLeave = () => this.stop("client_disconnect");
  }

  /** From now on it lives no longer than it may. */
  begin(): void {
    this.limitLife(this.terms, Date.now());
  }

  give(part: string): void {
    this.terms.told?.(part);
    if (this.parts.push(part)) return;
    this.watch.skipped();
    if (this.terms.onFull === "drop_oldest") {
      this.parts.dropOldest();
      this.parts.push(part);
    } else {
      this.parts.cut(subscriptionErrors.slow);
      this.stop(reasonOf(subscriptionErrors.slow));
    }
  }

  /** What waits is still read. */
  end(last?: FatalErrors, reason = last ? reasonOf(last) : "server_close"): void {
    this.parts.end(last);
    this.stop(reason);
  }

  private stop(reason: string): void {
    if (this.isOver) return;
    this.isOver = true;
    clearTimeout(this.timer);
    this.terms.over?.(reason);
    this.watch.gone(this);
  }

  private limitLife({ expiresAtMs, lifetimeMsMax }: SubscriberTerms, startMs: number): void {
    const lifetimeEndsMs = lifetimeMsMax === undefined ? Infinity : startMs + lifetimeMsMax;
    const endsMs = Math.min(expiresAtMs ?? Infinity, lifetimeEndsMs);
    if (endsMs === Infinity) return;
    const leftMs = endsMs - Date.now();
    if (leftMs > 0) {
      this.timer = setTimeout(() => this.limitLife(this.terms, startMs), Math.min(leftMs, TIMEOUT_MS_MAX));
    } else {
      this.end(endsMs === lifetimeEndsMs ? subscriptionErrors.lifetime : subscriptionErrors.expired);
    }
  }
}
