import type { GraphqlError } from "../graphql-error.ts";
import type { JsonValue } from "../json.ts";
import type { AnswerStream, PartReader } from "../streams/answer-stream.ts";
import { SmallSet } from "../streams/small-map.ts";
import { UpstreamError, type UpstreamPart } from "../subgraph-streams/upstream.ts";
import type { SubscriptionSource } from "./subscription.ts";

export interface UpstreamListener {
  event(payload: JsonValue, gapMs: number | undefined): void;
  /** Nothing more comes: the subgraph has said all, or why it says no more. */
  ended(errors: readonly GraphqlError[] | undefined): void;
}

/** Who keeps count of connections. */
export interface UpstreamWatch {
  opened(connection: UpstreamConnection): void;
  event(source: SubscriptionSource): void;
  /** The subgraph ended it, not the last client. */
  endedBySubgraph(source: SubscriptionSource): void;
  closed(connection: UpstreamConnection): void;
}

/** One subscription at a subgraph, on behalf of all who want the same. A lost one is opened again. */
export class UpstreamConnection implements PartReader<UpstreamPart> {
  readonly listeners = new SmallSet<UpstreamListener>();
  private stream: AnswerStream<UpstreamPart> | undefined;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private isClosed = false;
  private lostAtMs: number | undefined;
  /** Settled, and gone, when the subgraph has been subscribed to; rejects with an `UpstreamError` where it cannot. */
  opening: Promise<void> | undefined;

  constructor(
    /** As the router of today sees it, from which it is opened again. */
    public source: SubscriptionSource,
    private readonly watch: UpstreamWatch,
  ) {}

  open(): void {
    this.opening = this.subscribe();
  }

  leave(listener: UpstreamListener): void {
    this.listeners.delete(listener);
    if (this.listeners.size === 0) this.close();
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    clearTimeout(this.retryTimer);
    this.stream?.leave();
    this.watch.closed(this);
  }

  get takes(): boolean {
    return true;
  }

  /** Its last part has said so. */
  over(): void {}

  take(part: UpstreamPart): void {
    switch (part.kind) {
      case "payload":
        this.tell(part.payload);
        break;
      case "complete":
        this.end(undefined);
        break;
      case "refused":
        this.end(part.errors);
        break;
      case "lost":
        this.lostAtMs ??= performance.now();
        this.resubscribe(1, part.error);
    }
  }

  private async subscribe(): Promise<void> {
    try {
      this.begin(await this.source.open());
    } catch (error) {
      this.close();
      throw error;
    }
  }

  private begin(stream: AnswerStream<UpstreamPart>): void {
    this.opening = undefined;
    if (this.isClosed) {
      stream.leave();
    } else {
      this.stream = stream;
      stream.handTo(this);
    }
  }

  private tell(payload: JsonValue): void {
    const gapMs = this.lostAtMs === undefined ? undefined : performance.now() - this.lostAtMs;
    this.lostAtMs = undefined;
    this.watch.event(this.source);
    for (const listener of this.listeners.values()) listener.event(payload, gapMs);
  }

  private end(errors: readonly GraphqlError[] | undefined): void {
    this.watch.endedBySubgraph(this.source);
    for (const listener of this.listeners.values()) listener.ended(errors);
    this.listeners.clear();
    this.close();
  }

  private resubscribe(attempt: number, error: GraphqlError): void {
    if (this.isClosed) return;
    if (attempt > this.source.resubscribe.attempts) {
      this.end([error]);
      return;
    }
    this.retryTimer = setTimeout(() => {
      this.source.open().then(
        (stream) => this.begin(stream),
        (reason: unknown) => {
          if (!(reason instanceof UpstreamError)) throw reason;
          // Asked and refused is another thing than not reached.
          if (reason.errors) this.end(reason.errors);
          else this.resubscribe(attempt + 1, error);
        },
      );
    }, this.backoff(attempt));
  }

  /** Half of it is left to chance, so that a thousand routers do not come back at once. */
  private backoff(attempt: number): number {
    const { backoffMs, backoffMaxMs } = this.source.resubscribe;
    const wholeMs = Math.min(backoffMs * 2 ** (attempt - 1), backoffMaxMs);
    return wholeMs / 2 + (Math.random() * wholeMs) / 2;
  }
}
