import { ping, writeComplete, writeNext } from "../client-streams/event-stream.ts";
import type { PeerReader } from "../http/peer.ts";
import type { JsonObject } from "../json.ts";
import { textOf, writeBody } from "../pipeline/answer.ts";
import { type RoundMember, Rounds } from "../streams/rounds.ts";
import type { OperationStream, StreamPart } from "../streams/stream-part.ts";
import { type ConnectionHost, toRequest } from "./connection-host.ts";

interface RunningOperation {
  abort: AbortController;
  stream: OperationStream | undefined;
}

export interface TakenOperation {
  url: string;
  headers: Headers;
  payload: JsonObject;
  peers: PeerReader;
}

export interface EventSurroundings {
  host(): ConnectionHost;
  closed(session: EventSession): void;
}

/** Text that waits for a client that does not read; beyond it, operations wait. */
const waitingBytesMax = 1024 * 1024;

/** One client's event stream with many operations, by the single connection mode of `graphql-sse`. */
export class EventSession implements RoundMember {
  private readonly operations = new Map<string, RunningOperation>();
  private controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  private pingMs: number | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readable: PromiseWithResolvers<void> | undefined;
  private isClosed = false;

  constructor(
    readonly token: string,
    private readonly surroundings: EventSurroundings,
  ) {
    this.watchIdleness();
  }

  get isOpen(): boolean {
    return this.controller !== undefined;
  }

  get size(): number {
    return this.operations.size;
  }

  has(id: string): boolean {
    return this.operations.has(id);
  }

  open(): ReadableStream<Uint8Array> {
    const { pingIntervalMs } = this.surroundings.host().streaming.sse;
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.controller = controller;
          controller.enqueue(encoder.encode(ping));
          Rounds.every(pingIntervalMs).join(this);
          this.pingMs = pingIntervalMs;
          this.resume();
        },
        pull: () => this.resume(),
        cancel: () => this.close(),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: waitingBytesMax }),
    );
  }

  /** Answers of operations go over the stream; who asked is told only that it was taken. */
  start(id: string, request: TakenOperation): void {
    const operation: RunningOperation = { abort: new AbortController(), stream: undefined };
    this.operations.set(id, operation);
    clearTimeout(this.timer);
    this.run(id, operation, request)
      .finally(() => {
        if (this.operations.get(id) === operation) this.operations.delete(id);
        this.watchIdleness();
      })
      .catch(() => this.close());
  }

  stop(id: string): void {
    const operation = this.operations.get(id);
    if (!operation) return;
    this.operations.delete(id);
    operation.abort.abort();
    operation.stream?.parts.leave();
    this.watchIdleness();
  }

  async drain(): Promise<void> {
    for (const { stream } of this.operations.values()) stream?.parts.end();
    while (this.operations.size > 0 && !this.isClosed) await Bun.sleep(drainPollMs);
    this.close();
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    clearTimeout(this.timer);
    if (this.pingMs !== undefined) Rounds.every(this.pingMs).leave(this);
    for (const id of [...this.operations.keys()]) this.stop(id);
    this.resume();
    try {
      this.controller?.close();
    } catch {
      // The client has closed it.
    }
    this.surroundings.closed(this);
  }

  private async run(
    id: string,
    operation: RunningOperation,
    { url, headers, payload, peers }: TakenOperation,
  ): Promise<void> {
    const request = toRequest({ url, headers }, JSON.stringify(payload), operation.abort.signal);
    const answer = await this.surroundings.host().answer(request, peers);
    operation.stream = answer.stream;
    if (operation.abort.signal.aborted) {
      answer.stream?.parts.leave();
      return;
    }
    if (answer.stream) for await (const part of answer.stream.parts) await this.write(id, part);
    else await this.write(id, textOf(answer.body ?? writeBody(answer)));
    if (this.operations.has(id)) this.send(writeComplete(id));
  }

  private async write(id: string, part: StreamPart): Promise<void> {
    while (!this.isClosed && (this.controller?.desiredSize ?? 0) <= 0) await this.whenReadable();
    if (this.operations.has(id)) this.send(writeNext(part, id));
  }

  private send(text: string): void {
    if (!this.isClosed) this.controller?.enqueue(encoder.encode(text));
  }

  turn(): void {
    if ((this.controller?.desiredSize ?? 0) > 0) this.send(ping);
  }

  private whenReadable(): Promise<void> {
    this.readable ??= Promise.withResolvers<void>();
    return this.readable.promise;
  }

  private resume(): void {
    this.readable?.resolve();
    this.readable = undefined;
  }

  /** A reserved stream that nobody opens goes too. */
  private watchIdleness(): void {
    clearTimeout(this.timer);
    if (this.isClosed || this.operations.size > 0) return;
    const { idleTimeoutMs } = this.surroundings.host().streaming.sse;
    this.timer = setTimeout(() => this.close(), idleTimeoutMs);
  }
}

const encoder = new TextEncoder();
const drainPollMs = 10;
