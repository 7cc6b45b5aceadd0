import { RollingWindow } from "./rolling-window.ts";

export interface BudgetOptions {
  /** Retries for each request. */
  ratio: number;
  /** Allowed whatever the ratio says, so that a quiet router can retry, too. */
  minimumPerSecond: number;
}

const windowSeconds = 10;
const counters = { requests: 0, retries: 1 } as const;

/** Keeps retries from multiplying the load of a subgraph that fails because of its load. */
export class RetryBudget {
  private readonly window: RollingWindow;

  constructor(
    private readonly options: BudgetOptions,
    nowMs: () => number,
  ) {
    this.window = new RollingWindow({ windowMs: windowSeconds * 1_000, counters: 2, nowMs });
  }

  countRequest(): void {
    this.window.add(counters.requests);
  }

  tryTake(): boolean {
    const { ratio, minimumPerSecond } = this.options;
    const allowed = this.window.total(counters.requests) * ratio + minimumPerSecond * windowSeconds;
    if (this.window.total(counters.retries) + 1 > allowed) return false;
    this.window.add(counters.retries);
    return true;
  }
}
