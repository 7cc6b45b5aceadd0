export interface AdaptiveLimitOptions {
  initial: number;
  min: number;
  max: number;
  /** What is left of the limit after congestion. */
  backoffRatio: number;
}

/**
 * Additive increase, multiplicative decrease, as TCP finds its window: one more for each round of calls that
 * went well while the limit was in use, a part less for a round that met congestion.
 */
export class AdaptiveLimit {
  private exact: number;
  private lastDecreaseMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly options: AdaptiveLimitOptions,
    private readonly nowMs: () => number,
  ) {
    this.exact = options.initial;
  }

  get current(): number {
    return Math.floor(this.exact);
  }

  wentWell(activeCalls: number): void {
    if (activeCalls * 2 < this.exact) return;
    this.exact = Math.min(this.options.max, this.exact + 1 / this.exact);
  }

  /** Calls that were already under way at the last decrease met the same congestion: it counts once. */
  metCongestion(callStartedMs: number): void {
    if (callStartedMs <= this.lastDecreaseMs) return;
    this.lastDecreaseMs = this.nowMs();
    this.exact = Math.max(this.options.min, this.exact * this.options.backoffRatio);
  }
}
