import type { SubgraphResilience } from "../config/sections/mycelium/resilience.ts";
import type { SubgraphFigures } from "../telemetry/observer.ts";
import { AdaptiveLimit } from "./adaptive-limit.ts";
import { CircuitBreaker, type CircuitChange } from "./circuit-breaker.ts";
import { ConcurrencyLimiter } from "./concurrency-limiter.ts";
import { RetryBudget } from "./retry-budget.ts";

/** What tells the outside of a guard's decisions. */
export interface GuardWatcher {
  circuitChanged(subgraph: string, change: CircuitChange): void;
  refused(subgraph: string, reason: "circuit_open" | "concurrency"): void;
  retried(subgraph: string, outcome: RetryOutcome): void;
}

/** `no_budget`: there would have been reason for another attempt, but too many others had one. */
export type RetryOutcome = "success" | "failure" | "no_budget";

export interface GuardParts {
  watcher: GuardWatcher;
  nowMs: () => number;
  random: () => number;
}

/** What is known of one subgraph's health. It outlives a reload that changes nothing about the subgraph. */
export class SubgraphGuard {
  readonly breaker: CircuitBreaker | undefined;
  readonly budget: RetryBudget | undefined;
  readonly limiter: ConcurrencyLimiter | undefined;
  readonly adaptiveLimit: AdaptiveLimit | undefined;

  constructor(
    readonly subgraph: string,
    readonly settings: SubgraphResilience,
    readonly parts: GuardParts,
  ) {
    const { breaker, retry, concurrency } = settings;
    const { nowMs, random, watcher } = parts;
    if (breaker) {
      const onChange = (change: CircuitChange) => watcher.circuitChanged(subgraph, change);
      this.breaker = new CircuitBreaker(breaker, { nowMs, random, onChange });
    }
    if (retry) {
      const { budgetRatio: ratio, budgetMinimumPerSecond: minimumPerSecond } = retry;
      this.budget = new RetryBudget({ ratio, minimumPerSecond }, nowMs);
    }
    if (!concurrency) return;
    const { limit, adaptive, queue: queueMax, queueTimeoutMs } = concurrency;
    this.adaptiveLimit = adaptive && new AdaptiveLimit({ ...adaptive, initial: limit }, nowMs);
    this.limiter = new ConcurrencyLimiter({ limit: () => this.limit ?? limit, queueMax, queueTimeoutMs });
  }

  get figures(): SubgraphFigures {
    const { subgraph, breaker, limiter } = this;
    return {
      subgraph,
      circuit: breaker?.state,
      concurrency: limiter && { limit: this.limit ?? 0, active: limiter.active, queued: limiter.queued },
    };
  }

  private get limit(): number | undefined {
    return this.adaptiveLimit?.current ?? this.settings.concurrency?.limit;
  }
}
