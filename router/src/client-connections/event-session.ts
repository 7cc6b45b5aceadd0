import { ping, writeComplete, writeNext } from "../client-streams/event-stream.ts";
import type { PeerReader } from "../http/peer.ts";
import type { JsonObject } from "../json.ts";
import { type Answer, bodyOf, textOf } from "../pipeline/answer.ts";
import { type RoundMember, Rounds } from "../streams/rounds.ts";
import type { StreamPart } from "../streams/stream-part.ts";
import { type ConnectionHost, toRequest } from "./connection-host.ts";
import { ConnectionOperation, type OperationConnection } from "./connection-operation.ts";

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
export class EventSession implements OperationConnection, RoundMember {
  private readonly operations = new Map<string, ConnectionOperation>();
  private controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  private pingMs: number | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
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
    const operation = new ConnectionOperation(id, this);
    this.operations.set(id, operation);
    clearTimeout(this.timer);
    const { payload, peers } = request;
    operation
      .run((signal) => {
        const asked = toRequest(request, JSON.stringify(payload), signal);
        return this.surroundings.host().answer(asked, peers);
      })
      .catch(() => this.close());
  }

  stop(id: string): void {
    const operation = this.operations.get(id);
    if (!operation) return;
    this.operations.delete(id);
    operation.stop();
    this.watchIdleness();
  }

  async drain(): Promise<void> {
    for (const operation of this.operations.values()) operation.end();
    while (this.operations.size > 0 && !this.isClosed) await Bun.sleep(drainPollMs);
    this.close();
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    clearTimeout(this.timer);
    if (this.pingMs !== undefined) Rounds.every(this.pingMs).leave(this);
    for (const id of [...this.operations.keys()]) this.stop(id);
    try {
      this.controller?.close();
    } catch {
      // The client has closed it.
    }
    this.surroundings.closed(this);
  }

  get takes(): boolean {
    return (this.controller?.desiredSize ?? 0) > 0;
  }

  write(id: string, part: StreamPart): void {
    this.send(writeNext(part, id));
  }

  toPart(answer: Answer): StreamPart {
    return textOf(bodyOf(answer));
  }

  finished({ id }: ConnectionOperation): void {
    this.operations.delete(id);
    this.send(writeComplete(id));
    this.watchIdleness();
  }

  private send(text: string): void {
    if (!this.isClosed) this.controller?.enqueue(encoder.encode(text));
  }

  turn(): void {
    if (this.takes) this.send(ping);
  }

  private resume(): void {
    for (const operation of [...this.operations.values()]) operation.resume();
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
