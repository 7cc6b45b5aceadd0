import type { GraphqlError } from "../graphql-error.ts";
import type { JsonValue } from "../json.ts";
import type { AnswerStream } from "../streams/answer-stream.ts";
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
export class UpstreamConnection {
  readonly listeners = new Set<UpstreamListener>();
  private stream: AnswerStream<UpstreamPart> | undefined;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private isClosed = false;
  private lostAtMs: number | undefined;

  constructor(
    readonly source: SubscriptionSource,
    private readonly watch: UpstreamWatch,
  ) {}

  /** Rejects with an `UpstreamError` where the subgraph cannot be subscribed to. */
  async open(): Promise<void> {
    try {
      this.begin(await this.source.open());
    } catch (error) {
      this.close();
      throw error;
    }
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

  private begin(stream: AnswerStream<UpstreamPart>): void {
    if (this.isClosed) {
      stream.leave();
    } else {
      this.stream = stream;
      void this.pump(stream);
    }
  }

  private async pump(stream: AnswerStream<UpstreamPart>): Promise<void> {
    for await (const part of stream) {
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
  }

  private tell(payload: JsonValue): void {
    const gapMs = this.lostAtMs === undefined ? undefined : performance.now() - this.lostAtMs;
    this.lostAtMs = undefined;
    this.watch.event(this.source);
    for (const listener of this.listeners) listener.event(payload, gapMs);
  }

  private end(errors: readonly GraphqlError[] | undefined): void {
    this.watch.endedBySubgraph(this.source);
    for (const listener of [...this.listeners]) listener.ended(errors);
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
