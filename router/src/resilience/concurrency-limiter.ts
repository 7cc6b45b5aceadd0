import { TIMEOUT_MS_MAX, TransportError } from "../subgraph-client/transport.ts";

export interface LimiterOptions {
  /** Read anew each time: it may move. */
  limit: () => number;
  queueMax: number;
  queueTimeoutMs: number;
}

interface Waiter {
  /** Without an error the slot is the waiter's. */
  settle(error?: TransportError): void;
}

/** So many calls at once; so many more wait for their turn, and not for long. */
export class ConcurrencyLimiter {
  private activeCalls = 0;
  /** In the order in which they came. */
  private readonly waiters = new Set<Waiter>();

  constructor(private readonly options: LimiterOptions) {}

  get active(): number {
    return this.activeCalls;
  }

  get queued(): number {
    return this.waiters.size;
  }

  /** A promise only where there is a wait. Whoever got in calls `leave`. */
  enter(request: { timeoutMs: number; signal?: AbortSignal | undefined }): Promise<void> | undefined {
    if (this.activeCalls < this.options.limit()) {
      this.activeCalls += 1;
      return undefined;
    }
    if (this.waiters.size >= this.options.queueMax) return Promise.reject(limited("the queue is full"));
    return this.wait(request);
  }

  leave(): void {
    this.activeCalls -= 1;
    for (const waiter of this.waiters) {
      if (this.activeCalls >= this.options.limit()) return;
      this.activeCalls += 1;
      waiter.settle();
    }
  }

  private wait({ timeoutMs, signal }: Parameters<ConcurrencyLimiter["enter"]>[0]): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (error?: TransportError): void => {
        this.waiters.delete(waiter);
        clearTimeout(timer);
        signal?.removeEventListener("abort", onAbort);
        if (error) reject(error);
        else resolve();
      };
      const waiter: Waiter = { settle };
      const onAbort = () => settle(new TransportError("ABORTED", "nobody waits for the subgraph's answer"));
      const waitMs = Math.min(timeoutMs, this.options.queueTimeoutMs, TIMEOUT_MS_MAX);
      const timer = setTimeout(() => settle(limited(`no turn came within ${waitMs} ms`)), waitMs);
      if (signal?.aborted) return onAbort();
      signal?.addEventListener("abort", onAbort);
      this.waiters.add(waiter);
    });
  }
}

function limited(why: string): TransportError {
  return new TransportError("CONCURRENCY_LIMITED", `the subgraph's concurrency limit is reached: ${why}`);
}
