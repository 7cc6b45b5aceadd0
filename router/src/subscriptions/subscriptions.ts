import type { GraphqlError } from "../graphql-error.ts";
import type { AnswerStream } from "../streams/answer-stream.ts";
import { FatalErrors, type StreamPart } from "../streams/stream-part.ts";
import { Callbacks } from "../subgraph-streams/callbacks.ts";
import { UpstreamError } from "../subgraph-streams/upstream.ts";
import type { ProcessMeters } from "../telemetry/observer.ts";
import { Audience } from "./audience.ts";
import { Subscriber } from "./subscriber.ts";
import type { SubscriberTerms, Subscription, SubscriptionSource } from "./subscription.ts";
import { subscriptionErrors } from "./subscription-errors.ts";
import type { UpstreamConnection } from "./upstream-connection.ts";
import { Upstreams } from "./upstreams.ts";

export interface SubscriptionLimits {
  /** Open at once in this process. */
  openedMax: number;
  /** Open at once for one known caller. */
  perCallerMax: number;
}

export type OpenedSubscription =
  | { kind: "opened"; parts: AnswerStream<StreamPart> }
  | { kind: "refused"; errors: readonly GraphqlError[] };

/**
 * Every subscription that is open in this process. It outlives the routers that a reload replaces: a client's stream
 * goes on wherever its operation still has a meaning.
 */
export class Subscriptions {
  readonly callbacks = new Callbacks();
  private readonly upstreams: Upstreams;
  private readonly audiences = new Map<string, Audience>();
  /** In the order in which they came. */
  private readonly subscribers = new Map<Subscriber, Audience>();
  private readonly countBySubject = new Map<string, number>();
  private opening = 0;
  private isDraining = false;

  constructor(private readonly meters: ProcessMeters) {
    this.upstreams = new Upstreams({
      opened: ({ source }) => meters.subscriptionOpened(source.operationName),
      event: ({ mode }) => meters.subscriptionEvent({ mode, complete: false }),
      endedBySubgraph: ({ mode, subgraph }) => {
        meters.subscriptionEvent({ mode, complete: true });
        meters.subscriptionEndedBySubgraph(subgraph);
      },
      closed: ({ source }) => meters.subscriptionClosed(source.operationName),
    });
  }

  /** For tests and figures. */
  get counts() {
    return {
      subscribers: this.subscribers.size,
      audiences: this.audiences.size,
      upstreams: this.upstreams.size,
      callbacks: this.callbacks.size,
    };
  }

  async open(
    subscription: Subscription,
    terms: SubscriberTerms,
    limits: SubscriptionLimits,
  ): Promise<OpenedSubscription> {
    const refusal = this.findRefusal(terms, limits);
    if (refusal) return refusal;
    this.opening++;
    try {
      return await this.join(subscription, terms);
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      this.meters.subscriptionRejected("subgraph", subscription.source.subgraph);
      return { kind: "refused", errors: error.errors ?? [unreachable(subscription.source, error)] };
    } finally {
      this.opening--;
    }
  }

  /** Takes every stream over into the router that serves now, or tells its clients why that cannot be. */
  async renew(): Promise<void> {
    const audiences = [...new Set(this.subscribers.values())];
    for (let at = 0; at < audiences.length; at += renewedAtOnce) {
      await Promise.all(audiences.slice(at, at + renewedAtOnce).map((audience) => this.renewOne(audience)));
    }
  }

  private async renewOne(audience: Audience): Promise<void> {
    const renewed = await audience.subscription.renew();
    if (renewed instanceof FatalErrors) audience.end(renewed);
    else await this.change(audience, renewed);
  }

  /** Ends every stream, the oldest first. What waits to be read is still read. */
  drain(): void {
    this.isDraining = true;
    for (const subscriber of [...this.subscribers.keys()]) subscriber.end();
  }

  private findRefusal({ subject }: SubscriberTerms, { openedMax, perCallerMax }: SubscriptionLimits) {
    const isFull = this.subscribers.size + this.opening >= openedMax;
    if (isFull || this.isDraining) {
      this.meters.subscriptionRejected("max_opened_subscriptions_limit_reached", undefined);
      return refuse("SUBSCRIPTION_MAX_LIMIT", "can't open new subscription, limit reached");
    }
    if (subject === "" || (this.countBySubject.get(subject) ?? 0) < perCallerMax) return undefined;
    this.meters.subscriptionRejected("subscriptions_per_caller_limit_reached", undefined);
    return refuse("SUBSCRIPTION_CALLER_LIMIT", "can't open new subscription, this caller's limit is reached");
  }

  private async join(subscription: Subscription, terms: SubscriberTerms): Promise<OpenedSubscription> {
    const { source, audienceKey } = subscription;
    const deduplicated = this.upstreams.has(source);
    this.meters.subscriptionRequested({ mode: source.mode, subgraph: source.subgraph, deduplicated });
    const audience = this.audienceFor(subscription, terms.capacity);
    const subscriber = new Subscriber(terms, this.watch);
    // Before the subgraph has answered, so that the first event finds its reader.
    audience.subscribers.add(subscriber);
    this.subscribers.set(subscriber, audience);
    this.count(terms.subject, 1);
    subscriber.begin();
    try {
      this.exchange(audience, await this.upstreams.join(source, audience));
    } catch (error) {
      if (this.audiences.get(audienceKey) === audience) this.audiences.delete(audienceKey);
      subscriber.end();
      throw error;
    }
    return { kind: "opened", parts: subscriber.parts };
  }

  private audienceFor(subscription: Subscription, capacity: number): Audience {
    const known = this.audiences.get(subscription.audienceKey);
    if (known) return known;
    const audience = new Audience(subscription, this.watch, capacity);
    this.audiences.set(subscription.audienceKey, audience);
    return audience;
  }

  private readonly watch = {
    skipped: () => this.meters.eventSkipped(),
    over: (audience: Audience) => this.forget(audience),
    gone: (subscriber: Subscriber) => this.remove(subscriber),
  };

  private forget(audience: Audience): void {
    const { audienceKey } = audience.subscription;
    if (this.audiences.get(audienceKey) === audience) this.audiences.delete(audienceKey);
  }

  private remove(subscriber: Subscriber): void {
    const audience = this.subscribers.get(subscriber);
    if (!audience) return;
    this.subscribers.delete(subscriber);
    this.count(subscriber.terms.subject, -1);
    audience.remove(subscriber);
  }

  private count(subject: string, change: 1 | -1): void {
    if (subject === "") return;
    const count = (this.countBySubject.get(subject) ?? 0) + change;
    if (count > 0) this.countBySubject.set(subject, count);
    else this.countBySubject.delete(subject);
  }

  /** The subgraph is left alone where it would be asked the same again. */
  private async change(audience: Audience, renewed: Subscription): Promise<void> {
    // All have left while it was being renewed.
    if (audience.subscribers.size === 0) return;
    const previous = audience.subscription;
    this.forget(audience);
    audience.subscription = renewed;
    if (!this.audiences.has(renewed.audienceKey)) this.audiences.set(renewed.audienceKey, audience);
    if (previous.source.key === renewed.source.key) {
      // What is lost from now on is opened again as this router would.
      if (audience.upstream) audience.upstream.source = renewed.source;
      return;
    }
    try {
      this.exchange(audience, await this.upstreams.join(renewed.source, audience));
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      audience.end(subscriptionErrors.schemaReload);
    }
  }

  /** An audience has one upstream, and none when nobody is left. */
  private exchange(audience: Audience, joined: UpstreamConnection): void {
    const isWanted = audience.subscribers.size > 0 && audience.subscription.source.key === joined.source.key;
    const left = isWanted ? audience.upstream : joined;
    if (isWanted) audience.upstream = joined;
    if (left !== joined || !isWanted) left?.leave(audience);
  }
}

/** Each may have to open a connection. */
const renewedAtOnce = 50;

function refuse(code: string, message: string): OpenedSubscription & { kind: "refused" } {
  return { kind: "refused", errors: [{ message, extensions: { code } }] };
}

function unreachable(
  { subgraph, mode }: SubscriptionSource,
  { message: reason }: UpstreamError,
): GraphqlError {
  const isSocket = mode === "passthrough";
  return {
    message: `${isSocket ? "Websocket" : "HTTP"} fetch failed from '${subgraph}': ${reason}`,
    extensions: {
      code: isSocket ? "SUBREQUEST_WEBSOCKET_ERROR" : "SUBREQUEST_HTTP_ERROR",
      service: subgraph,
      reason,
    },
  };
}
