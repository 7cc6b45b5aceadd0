import type { GraphqlError } from "../graphql-error.ts";
import type { JsonValue } from "../json.ts";
import { SmallSet } from "../streams/small-map.ts";
import type { FatalErrors } from "../streams/stream-part.ts";
import type { Subscriber } from "./subscriber.ts";
import type { Subscription, SubscriptionEvent } from "./subscription.ts";
import type { UpstreamConnection, UpstreamListener } from "./upstream-connection.ts";

export interface AudienceWatch {
  skipped(): void;
  /** Nobody may join it any longer. */
  over(audience: Audience): void;
}

/**
 * Clients that get the same answers: each event is executed, completed and written once for all of them. Events are
 * answered one after the other, in their order.
 */
export class Audience implements UpstreamListener {
  readonly subscribers = new SmallSet<Subscriber>();
  upstream: UpstreamConnection | undefined;
  /** Events that came while another was being answered. */
  private waiting: SubscriptionEvent[] = [];
  private isAnswering = false;
  /** Whether the subgraph has said its last word, and whether that was an error. */
  private hasEnded = false;
  private isBroken = false;

  constructor(
    public subscription: Subscription,
    private readonly watch: AudienceWatch,
    private readonly capacity: number,
  ) {}

  event(payload: JsonValue, gapMs: number | undefined): void {
    if (this.waiting.length >= this.capacity) {
      this.watch.skipped();
      this.waiting.shift();
    }
    this.answer({ payload, gapMs });
  }

  ended(errors: readonly GraphqlError[] | undefined): void {
    this.hasEnded = true;
    this.isBroken = errors !== undefined;
    // Who comes now begins anew.
    this.watch.over(this);
    // The cast holds: errors of a subgraph came out of JSON.
    this.answer(
      errors && { payload: { data: null, errors: errors as unknown as JsonValue }, gapMs: undefined },
    );
  }

  /** Every client is told the same last word, the one that came first before the others. */
  end(last?: FatalErrors): void {
    const reason = last ? undefined : this.isBroken ? "subgraph_error" : "server_close";
    for (const subscriber of this.subscribers.values()) subscriber.end(last, reason);
    this.waiting = [];
  }

  remove(subscriber: Subscriber): void {
    if (!this.subscribers.delete(subscriber) || this.subscribers.size > 0) return;
    this.waiting = [];
    this.upstream?.leave(this);
    this.watch.over(this);
  }

  private answer(event: SubscriptionEvent | undefined): void {
    if (event) this.waiting.push(event);
    if (!this.isAnswering) void this.answerWaiting();
  }

  private async answerWaiting(): Promise<void> {
    this.isAnswering = true;
    for (let event = this.waiting.shift(); event; event = this.waiting.shift()) {
      const answer = this.subscription.answer(event);
      const body = typeof answer === "string" ? answer : await answer;
      for (const subscriber of this.subscribers.values()) subscriber.give(body);
    }
    this.isAnswering = false;
    if (this.hasEnded) this.end();
  }
}
