import type { Answer } from "../pipeline/answer.ts";
import { AnswerStream, type PartReader } from "../streams/answer-stream.ts";
import { FatalErrors, type StreamPart } from "../streams/stream-part.ts";

/** What an operation asks of the connection that it came over. */
export interface OperationConnection {
  /** False while the client reads more slowly than the router writes. */
  readonly takes: boolean;
  write(id: string, part: StreamPart): void;
  /** It has been answered in full. */
  finished(operation: ConnectionOperation): void;
  /** An answer that is no stream, as the protocol tells it. */
  toPart(answer: Answer): StreamPart;
}

/** One of the operations on a connection. Thousands wait for events for hours. */
export class ConnectionOperation implements PartReader<StreamPart> {
  /** Whether its last word was why the router ended it. */
  hasFailed = false;
  private isStopped = false;
  /** While it is being answered. */
  private abort: AbortController | undefined;
  private parts: AnswerStream<StreamPart> | undefined;

  constructor(
    readonly id: string,
    private readonly connection: OperationConnection,
  ) {}

  get takes(): boolean {
    return this.connection.takes;
  }

  async run(ask: (signal: AbortSignal) => Promise<Answer>): Promise<void> {
    this.abort = new AbortController();
    const answer = await ask(this.abort.signal);
    this.abort = undefined;
    if (this.isStopped) {
      answer.stream?.parts.leave();
      return;
    }
    this.parts = answer.stream?.parts ?? this.single(answer);
    this.parts.handTo(this);
  }

  take(part: StreamPart): void {
    this.hasFailed = part instanceof FatalErrors;
    this.connection.write(this.id, part);
  }

  over(): void {
    if (!this.isStopped) this.connection.finished(this);
  }

  /** The client takes more again. */
  resume(): void {
    this.parts?.resume();
  }

  /** Nothing more comes, but what waits is still told. */
  end(): void {
    this.parts?.end();
  }

  /** Nobody wants it any longer. */
  stop(): void {
    this.isStopped = true;
    this.abort?.abort();
    this.parts?.leave();
  }

  private single(answer: Answer): AnswerStream<StreamPart> {
    const parts = new AnswerStream<StreamPart>(1);
    parts.end(this.connection.toPart(answer));
    return parts;
  }
}
