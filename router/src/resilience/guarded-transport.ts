import type { RetryConfig } from "../config/sections/mycelium/resilience.ts";
import {
  type RetryWish,
  type SubgraphRequest,
  type SubgraphResponse,
  type Transport,
  TransportError,
} from "../subgraph-client/transport.ts";
import { type Attempt, mayPass, outcomeOf, showsCongestion } from "./judge-attempt.ts";
import { askedDelayMs, retryDelayMs, sleep } from "./retry-delay.ts";
import type { SubgraphGuard } from "./subgraph-guard.ts";

/** A transport that is spared calls which its subgraph cannot bear, and repeats those that may be repeated. */
export class GuardedTransport implements Transport {
  constructor(
    private readonly inner: Transport,
    private readonly guard: SubgraphGuard,
  ) {}

  /** Only queries are ever repeated: nobody can know how far a mutation came. */
  async send(request: SubgraphRequest): Promise<SubgraphResponse> {
    const { retry } = this.guard.settings;
    const attempt =
      retry && request.retry && request.idempotent === true
        ? await this.attemptRepeatedly(request, { ...retry, wish: request.retry })
        : await this.attempt(request);
    if (attempt.kind === "failed") throw attempt.error;
    return attempt.response;
  }

  close(): void {
    this.inner.close();
  }

  private async attemptRepeatedly(request: SubgraphRequest, terms: RetryTerms): Promise<Attempt> {
    const { nowMs, watcher } = this.guard.parts;
    const endsMs = nowMs() + request.timeoutMs;
    this.guard.budget?.countRequest();
    for (let retries = 0; ; retries++) {
      const leftMs = Math.max(1, endsMs - nowMs());
      const attempt = await this.attempt({
        ...request,
        timeoutMs: Math.min(leftMs, terms.attemptTimeoutMs ?? leftMs),
      });
      const isWorthRetrying = mayPass(attempt, terms.statuses);
      if (retries > 0) {
        watcher.retried(this.guard.subgraph, outcomeOf(attempt) === "success" ? "success" : "failure");
      }
      if (!isWorthRetrying || retries >= terms.attempts) return attempt;
      const delayMs = this.delayBeforeNext(attempt, { ...terms, retries, endsMs });
      if (delayMs === undefined) return attempt;
      await sleep(delayMs, request.signal);
      terms.wish.repeats();
    }
  }

  /** `undefined` where there is no time for another attempt, nobody to wait for it, or no budget. */
  private delayBeforeNext(
    attempt: Attempt,
    { retries, endsMs, wish, ...retry }: RetryTerms & { retries: number; endsMs: number },
  ): number | undefined {
    const { nowMs, random, watcher } = this.guard.parts;
    const delayMs = Math.max(askedDelayMs(attempt), retryDelayMs(retries, retry, random));
    if (nowMs() + delayMs >= Math.min(endsMs, wish.untilMs) || !wish.isWanted()) return undefined;
    if (this.guard.budget?.tryTake() === true) return delayMs;
    watcher.retried(this.guard.subgraph, "no_budget");
    return undefined;
  }

  /** The circuit is asked before a call queues, and again when its turn has come. */
  private async attempt(request: SubgraphRequest): Promise<Attempt> {
    const { breaker, limiter } = this.guard;
    if (breaker?.isRefusing) return this.refuseOpen();
    let { timeoutMs } = request;
    const turn = limiter?.enter(request);
    if (turn) {
      const queuedMs = this.guard.parts.nowMs();
      const refusal = await turn.then(noRefusal, asFailed);
      if (refusal) return this.refuseQueued(refusal);
      timeoutMs = Math.max(1, timeoutMs - (this.guard.parts.nowMs() - queuedMs));
    }
    const permit = breaker ? breaker.tryEnter() : noPermit;
    const attempt =
      permit === undefined ? this.refuseOpen() : await this.measure({ ...request, timeoutMs }, permit);
    limiter?.leave();
    return attempt;
  }

  private async measure(request: SubgraphRequest, permit: number): Promise<Attempt> {
    const { breaker, adaptiveLimit, limiter, settings, parts } = this.guard;
    const startedMs = parts.nowMs();
    const attempt = await this.inner.send(request).then(asAnswered, asFailed);
    const durationMs = parts.nowMs() - startedMs;
    breaker?.leave(permit, outcomeOf(attempt), durationMs);
    if (!adaptiveLimit || !limiter) return attempt;
    const congestionMs = settings.concurrency?.adaptive?.congestionDurationMs ?? Number.POSITIVE_INFINITY;
    if (durationMs >= congestionMs || showsCongestion(attempt)) adaptiveLimit.metCongestion(startedMs);
    else if (outcomeOf(attempt) === "success") adaptiveLimit.wentWell(limiter.active);
    return attempt;
  }

  private refuseOpen(): Attempt {
    this.guard.parts.watcher.refused(this.guard.subgraph, "circuit_open");
    return { kind: "failed", error: new TransportError("CIRCUIT_OPEN", "the subgraph's circuit is open") };
  }

  private refuseQueued(refusal: Attempt & { kind: "failed" }): Attempt {
    if (refusal.error.code === "CONCURRENCY_LIMITED") {
      this.guard.parts.watcher.refused(this.guard.subgraph, "concurrency");
    }
    return refusal;
  }
}

interface RetryTerms extends RetryConfig {
  wish: RetryWish;
}

/** Where there is no circuit breaker. */
const noPermit = 0;

function noRefusal(): undefined {}

function asAnswered(response: SubgraphResponse): Attempt {
  return { kind: "answered", response };
}

/** The cast holds: transports reject with nothing else. */
function asFailed(error: unknown): Attempt & { kind: "failed" } {
  return { kind: "failed", error: error as TransportError };
}
