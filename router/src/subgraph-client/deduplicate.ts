import { type RetryWish, type SubgraphResponse, TransportError } from "./transport.ts";

export interface Waiter {
  /** Everything that makes two requests equal, written out: never a hash alone. Bodies are long: no text holds both. */
  key: FlightKey;
  timeoutMs: number;
  signal?: AbortSignal | undefined;
  retry?: RetryWish | undefined;
  /** @param landed to be called once it is settled, not before this has returned */
  start(terms: FlightTerms, landed: () => void): Promise<SubgraphResponse>;
}

export interface FlightKey {
  head: string;
  body: string;
}

/** What holds for a call, whoever waits for its answer. */
export interface FlightTerms {
  timeoutMs: number;
  signal: AbortSignal | undefined;
  retry: RetryWish | undefined;
}

/** Equal requests at the same time share one call and its answer. */
export class InFlightRequests {
  /** By head and body. */
  private readonly flights = new Map<string, Map<string, Flight>>();

  join(waiter: Waiter): Promise<SubgraphResponse> {
    if (waiter.signal?.aborted === true) return Promise.reject(aborted());
    const { head, body } = waiter.key;
    const known = this.flights.get(head)?.get(body);
    // Who starts a flight and cannot leave it needs nothing around its answer.
    if (known === undefined && waiter.signal === undefined) return this.startFlight(waiter).answer;
    const flight = known ?? this.startFlight(waiter);
    if (known?.retry) known.retry.isShared = true;
    return this.waitFor(flight, waiter, performance.now() + waiter.timeoutMs);
  }

  private startFlight(waiter: Waiter): Flight {
    const { timeoutMs } = waiter;
    const controller = waiter.signal && new AbortController();
    const retry = waiter.retry && new SharedWish(waiter.retry);
    const terms = { timeoutMs, signal: controller?.signal, retry };
    const answer = waiter.start(terms, () => this.remove(waiter.key, flight));
    const flight: Flight = { answer, controller, retry, waiting: 0, endsMs: performance.now() + timeoutMs };
    this.keep(waiter.key, flight);
    return flight;
  }

  private keep({ head, body }: FlightKey, flight: Flight): void {
    const sameHead = this.flights.get(head);
    if (sameHead) sameHead.set(body, flight);
    else this.flights.set(head, new Map([[body, flight]]));
  }

  private remove({ head, body }: FlightKey, flight: Flight): void {
    const sameHead = this.flights.get(head);
    if (sameHead?.get(body) !== flight) return;
    sameHead.delete(body);
    if (sameHead.size === 0) this.flights.delete(head);
  }

  private waitFor(flight: Flight, waiter: Waiter, deadlineMs: number): Promise<SubgraphResponse> {
    flight.waiting += 1;
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        reject(aborted());
        this.leave(flight, waiter.key);
      };
      waiter.signal?.addEventListener("abort", onAbort, { once: true });
      const onFailure = (error: unknown): void => {
        waiter.signal?.removeEventListener("abort", onAbort);
        if (mayWaitLonger(error, flight, deadlineMs)) resolve(this.joinAgain(waiter, deadlineMs));
        else reject(error);
      };
      flight.answer.then((response) => {
        waiter.signal?.removeEventListener("abort", onAbort);
        resolve(response);
      }, onFailure);
    });
  }

  /** Only the last one to leave stops the work. */
  private leave(flight: Flight, key: FlightKey): void {
    flight.waiting -= 1;
    if (flight.waiting > 0) return;
    this.remove(key, flight);
    flight.controller?.abort();
  }

  private joinAgain(waiter: Waiter, deadlineMs: number): Promise<SubgraphResponse> {
    return this.join({ ...waiter, timeoutMs: Math.max(1, deadlineMs - performance.now()) });
  }
}

interface Flight {
  answer: Promise<SubgraphResponse>;
  /** Undefined where the one who started it stays to the end. */
  controller: AbortController | undefined;
  retry: SharedWish | undefined;
  waiting: number;
  endsMs: number;
}

/** As long as others wait, too, it does not matter that the first one went away. */
class SharedWish implements RetryWish {
  isShared = false;

  constructor(private readonly first: RetryWish) {}

  get untilMs(): number {
    return this.first.untilMs;
  }

  isWanted(): boolean {
    return this.isShared || this.first.isWanted();
  }

  repeats(): void {
    this.first.repeats();
  }
}

/** The call timed out for the one who started it. Who joined later has time left, and tries again. */
function mayWaitLonger(error: unknown, flight: Flight, deadlineMs: number): boolean {
  const isTimeout = error instanceof TransportError && error.code === "TIMED_OUT";
  return isTimeout && deadlineMs - flight.endsMs > WORTH_WAITING_MS;
}

function aborted(): TransportError {
  return new TransportError("ABORTED", "nobody waits for the subgraph's answer");
}

const WORTH_WAITING_MS = 1;
