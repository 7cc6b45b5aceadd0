import type { GraphqlError } from "../graphql-error.ts";
import type { JsonValue } from "../json.ts";
import { AnswerStream } from "../streams/answer-stream.ts";
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
  readonly subscribers = new Set<Subscriber>();
  upstream: UpstreamConnection | undefined;
  private readonly inbox: AnswerStream<SubscriptionEvent>;
  /** Whether the subgraph's last word was an error. */
  private isBroken = false;

  constructor(
    public subscription: Subscription,
    private readonly watch: AudienceWatch,
    capacity: number,
  ) {
    this.inbox = new AnswerStream(capacity);
    void this.answerEvents();
  }

  event(payload: JsonValue, gapMs: number | undefined): void {
    const event = { payload, gapMs };
    if (this.inbox.push(event)) return;
    this.watch.skipped();
    this.inbox.dropOldest();
    this.inbox.push(event);
  }

  ended(errors: readonly GraphqlError[] | undefined): void {
    this.isBroken = errors !== undefined;
    // Who comes now begins anew.
    this.watch.over(this);
    // The cast holds: errors of a subgraph came out of JSON.
    this.inbox.end(
      errors && { payload: { data: null, errors: errors as unknown as JsonValue }, gapMs: undefined },
    );
  }

  /** Every client is told the same last word, the one that came first before the others. */
  end(last?: FatalErrors): void {
    const reason = last ? undefined : this.isBroken ? "subgraph_error" : "server_close";
    for (const subscriber of [...this.subscribers]) subscriber.end(last, reason);
    this.inbox.leave();
  }

  remove(subscriber: Subscriber): void {
    if (!this.subscribers.delete(subscriber) || this.subscribers.size > 0) return;
    this.inbox.leave();
    this.upstream?.leave(this);
    this.watch.over(this);
  }

  private async answerEvents(): Promise<void> {
    for await (const event of this.inbox) {
      const answer = this.subscription.answer(event);
      const body = typeof answer === "string" ? answer : await answer;
      for (const subscriber of this.subscribers) subscriber.give(body);
    }
    this.end();
  }
}
