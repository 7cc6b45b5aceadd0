export interface RateLimit {
  capacity: number;
  intervalMs: number;
}

/** So many requests an interval, which begins with the first request after the last one ended, as in Apollo. */
export class RateLimiter {
  private windowEndsMs = Number.NEGATIVE_INFINITY;
  private left = 0;

  constructor(
    private readonly limit: RateLimit,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** How long until the next interval may begin. */
  get opensInMs(): number {
    return Math.max(0, this.windowEndsMs - this.nowMs());
  }

  tryTake(): boolean {
    const nowMs = this.nowMs();
    if (nowMs >= this.windowEndsMs) {
      this.windowEndsMs = nowMs + this.limit.intervalMs;
      this.left = this.limit.capacity;
    }
    if (this.left === 0) return false;
    this.left -= 1;
    return true;
  }
}
