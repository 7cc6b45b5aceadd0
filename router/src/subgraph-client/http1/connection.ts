import type { Socket } from "bun";
import { TransportError } from "../transport.ts";
import type { Call } from "./call.ts";
import { type ReceivedAnswer, ResponseParser } from "./response-parser.ts";

/** What a connection tells the pool that it belongs to. */
export interface ConnectionOwner {
  /** The connection may take the next call. */
  onIdle(connection: Connection): void;
  /** The connection is gone. `unanswered` may be sent again over another. */
  onClosed(connection: Connection, unanswered: Call | undefined): void;
  onAnswer(call: Call, answer: ReceivedAnswer): void;
}

/** One socket to a subgraph, carrying one call at a time. */
export class Connection {
  /** When it last became idle, and for how long it may stay so. */
  idleSinceMs = 0;
  keepAliveMs = Number.POSITIVE_INFINITY;
  private socket: Socket<Connection> | undefined;
  private call: Call | undefined;
  private readonly parser: ResponseParser;
  private callsStarted = 0;
  /** What of the request the kernel has not taken yet. */
  private unsent: Buffer | undefined;
  private hasEnded = false;
  private isClosed = false;

  constructor(
    private readonly owner: ConnectionOwner,
    headerBytesMax: number,
  ) {
    this.parser = new ResponseParser(headerBytesMax);
  }

  opened(socket: Socket<Connection>): void {
    this.socket = socket;
  }

  start(call: Call): void {
    if (this.isClosed) {
      call.fail(connectionLost(false, undefined));
      return;
    }
    this.call = call;
    this.callsStarted += 1;
    call.release = this.abandon;
    this.parser.reset(call.request.answerBytesMax);
    this.write(call.message);
  }

  received(piece: Buffer): void {
    const { call } = this;
    // Bytes that nobody asked for: whatever they are, they must not become the next call's answer.
    if (call === undefined) {
      this.destroy();
      return;
    }
    const answer = this.parse(call, piece);
    if (answer !== undefined) this.finishCall(call, answer);
  }

  /** The kernel takes bytes again. */
  drained(): void {
    if (this.unsent !== undefined) this.write(this.unsent);
  }

  /** The subgraph sends no more. */
  ended(): void {
    this.hasEnded = true;
  }

  closed(error?: Error): void {
    if (this.isClosed) return;
    this.isClosed = true;
    const { call } = this;
    this.call = undefined;
    const isUnanswered = call !== undefined && this.mayBeSentAgain(call);
    this.owner.onClosed(this, isUnanswered ? call : undefined);
    if (call !== undefined && !isUnanswered) this.settleAfterClose(call, error);
  }

  /** Closes the socket at once, whatever it was doing. */
  destroy(): void {
    this.socket?.terminate();
    this.closed();
  }

  /** Closes an idle connection politely. */
  end(): void {
    this.socket?.end();
    this.closed();
  }

  private write(message: string | Buffer): void {
    const written = this.socket?.write(message) ?? -1;
    if (written === message.length) {
      this.unsent = undefined;
    } else if (written >= 0) {
      const bytes = typeof message === "string" ? Buffer.from(message, "latin1") : message;
      this.unsent = bytes.subarray(written);
    } else {
      this.unsent ??= EMPTY;
      this.destroy();
    }
  }

  /**
   * The subgraph may close a kept-alive connection just when it is used again. Queries can be repeated; anything
   * else only if its body never left in full, because then it cannot have been executed.
   */
  private mayBeSentAgain(call: Call): boolean {
    if (this.callsStarted < 2 || call.isRetry || this.parser.hasStarted) return false;
    return call.request.idempotent === true || this.unsent !== undefined;
  }

  private parse(call: Call, piece: Buffer): ReceivedAnswer | undefined {
    try {
      return this.parser.push(piece);
    } catch (error) {
      this.failCall(call, toTransportError(error));
      return undefined;
    }
  }

  private settleAfterClose(call: Call, error: Error | undefined): void {
    const answer = this.hasEnded && error === undefined ? this.parser.finish() : undefined;
    if (answer !== undefined) this.owner.onAnswer(call, answer);
    else call.fail(connectionLost(this.parser.hasStarted, error));
  }

  private finishCall(call: Call, answer: ReceivedAnswer): void {
    this.call = undefined;
    if (answer.isReusable && this.unsent === undefined) {
      const { keepAliveSeconds } = answer.head;
      this.keepAliveMs =
        keepAliveSeconds === undefined ? Number.POSITIVE_INFINITY : graceMs(keepAliveSeconds);
      this.owner.onIdle(this);
    } else {
      this.destroy();
    }
    this.owner.onAnswer(call, answer);
  }

  private failCall(call: Call, error: TransportError): void {
    this.call = undefined;
    this.destroy();
    call.fail(error);
  }

  /** The call was aborted or timed out: closing is the only way to make HTTP/1.1 stop the work. */
  private readonly abandon = (): void => {
    this.call = undefined;
    this.destroy();
  };
}

function connectionLost(hasStarted: boolean, cause: Error | undefined): TransportError {
  const when = hasStarted ? "in the middle of its answer" : "before it answered";
  return new TransportError("CONNECTION_LOST", `the subgraph closed the connection ${when}`, { cause });
}

function toTransportError(error: unknown): TransportError {
  if (error instanceof TransportError) return error;
  return new TransportError("BAD_ANSWER", "the subgraph's answer could not be read", { cause: error });
}

/** A second less than the subgraph promises to wait, so that it is not the one to close first. */
function graceMs(keepAliveSeconds: number): number {
  return Math.max(keepAliveSeconds - 1, keepAliveSeconds / 2) * 1_000;
}

const EMPTY = Buffer.alloc(0);
