import { TransportError } from "../transport.ts";
import type { Call } from "./call.ts";
import { Connection, type ConnectionOwner } from "./connection.ts";
import type { OpenSocket } from "./open-socket.ts";
import type { Origin } from "./request-target.ts";
import type { ReceivedAnswer } from "./response-parser.ts";

export interface PoolLimits {
  connectionsMax: number;
  waitingMax: number;
  connectTimeoutMs: number;
  /** How long an idle connection is kept; a shorter `keep-alive: timeout` of the subgraph wins. */
  idleTimeoutMs: number;
  headerBytesMax: number;
}

export interface PoolSurroundings {
  origin: Origin;
  limits: PoolLimits;
  openSocket: OpenSocket;
  deliver(call: Call, answer: ReceivedAnswer): void;
}

export interface PoolCounts {
  connectionsOpen: number;
  connectionsIdle: number;
  waiting: number;
}

/** The connections to one origin. The one used last is used next, so that surplus ones can go. */
export class OriginPool implements ConnectionOwner {
  private readonly idle: Connection[] = [];
  private readonly waiting = new Set<Call>();
  private connectionsOpen = 0;
  private sweepTimer: Timer | undefined;
  private isClosed = false;

  private readonly origin: Origin;
  private readonly limits: PoolLimits;
  private readonly openSocket: OpenSocket;
  private readonly deliver: (call: Call, answer: ReceivedAnswer) => void;

  constructor(surroundings: PoolSurroundings) {
    this.origin = surroundings.origin;
    this.limits = surroundings.limits;
    this.openSocket = surroundings.openSocket;
    this.deliver = surroundings.deliver;
  }

  get counts(): PoolCounts {
    return {
      connectionsOpen: this.connectionsOpen,
      connectionsIdle: this.idle.length,
      waiting: this.waiting.size,
    };
  }

  dispatch(call: Call): void {
    const connection = this.takeIdle();
    if (connection !== undefined) connection.start(call);
    else this.dispatchFresh(call);
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.sweepTimer);
    for (const connection of this.idle.splice(0)) connection.end();
  }

  onIdle(connection: Connection): void {
    const next = this.takeWaiting();
    if (next !== undefined) connection.start(next);
    else if (this.isClosed) connection.end();
    else this.keep(connection);
  }

  onClosed(connection: Connection, unanswered: Call | undefined): void {
    this.connectionsOpen -= 1;
    const index = this.idle.lastIndexOf(connection);
    if (index !== -1) this.idle.splice(index, 1);
    if (unanswered !== undefined) {
      unanswered.isRetry = true;
      this.dispatchFresh(unanswered);
    }
    this.openForWaiting();
  }

  onAnswer(call: Call, answer: ReceivedAnswer): void {
    this.deliver(call, answer);
  }

  private keep(connection: Connection): void {
    connection.idleSinceMs = performance.now();
    this.idle.push(connection);
    this.sweepTimer ??= this.startSweepTimer();
  }

  private takeIdle(): Connection | undefined {
    let connection = this.idle.pop();
    if (connection === undefined) return undefined;
    const nowMs = performance.now();
    while (connection !== undefined && this.isStale(connection, nowMs)) {
      connection.end();
      connection = this.idle.pop();
    }
    return connection;
  }

  private isStale(connection: Connection, nowMs: number): boolean {
    return nowMs - connection.idleSinceMs >= Math.min(this.limits.idleTimeoutMs, connection.keepAliveMs);
  }

  private dispatchFresh(call: Call): void {
    if (this.connectionsOpen < this.limits.connectionsMax) {
      void this.connect(call);
    } else if (this.waiting.size < this.limits.waitingMax) {
      call.release = (released) => this.waiting.delete(released);
      this.waiting.add(call);
    } else {
      const message = `more than ${this.limits.waitingMax} requests wait for a connection to the subgraph`;
      call.fail(new TransportError("TOO_MANY_REQUESTS", message));
    }
  }

  /** A call that is settled while its connection opens leaves the connection to the next one. */
  private async connect(call: Call): Promise<void> {
    this.connectionsOpen += 1;
    call.release = undefined;
    const timer = setTimeout(failToConnect, this.limits.connectTimeoutMs, call);
    const connection = new Connection(this, this.limits.headerBytesMax);
    try {
      connection.opened(await this.openSocket(this.origin, connection));
    } catch (cause) {
      this.connectionsOpen -= 1;
      call.fail(new TransportError("CONNECT_FAILED", describeConnectFailure(cause), { cause }));
      this.openForWaiting();
      return;
    } finally {
      clearTimeout(timer);
    }
    if (call.isSettled) this.onIdle(connection);
    else connection.start(call);
  }

  private openForWaiting(): void {
    if (this.connectionsOpen >= this.limits.connectionsMax) return;
    const call = this.takeWaiting();
    if (call !== undefined) void this.connect(call);
  }

  private takeWaiting(): Call | undefined {
    for (const call of this.waiting) {
      this.waiting.delete(call);
      return call;
    }
    return undefined;
  }

  private startSweepTimer(): Timer {
    const timer = setTimeout(() => this.sweep(), this.limits.idleTimeoutMs);
    timer.unref();
    return timer;
  }

  private sweep(): void {
    const nowMs = performance.now();
    for (const connection of this.idle.filter((candidate) => this.isStale(candidate, nowMs)))
      connection.end();
    this.sweepTimer = this.idle.length > 0 ? this.startSweepTimer() : undefined;
  }
}

function failToConnect(call: Call): void {
  call.cancel("TIMED_OUT", "the subgraph did not accept a connection in time");
}

function describeConnectFailure(cause: unknown): string {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown reason";
  return `no connection to the subgraph: ${code}`;
}
