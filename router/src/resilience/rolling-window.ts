export interface WindowOptions {
  windowMs: number;
  /** How many things are counted. */
  counters: number;
  nowMs: () => number;
}

/** What happened within the last while, in steps of a tenth of it. */
export class RollingWindow {
  private readonly counts: Int32Array;
  private readonly totals: Int32Array;
  private readonly stepMs: number;
  private step: number;

  constructor(private readonly options: WindowOptions) {
    const { windowMs, counters } = options;
    this.stepMs = windowMs / buckets;
    this.counts = new Int32Array(buckets * counters);
    this.totals = new Int32Array(counters);
    this.step = this.currentStep();
  }

  add(counter: number): void {
    this.advance();
    this.counts[(this.step % buckets) * this.options.counters + counter]! += 1;
    this.totals[counter]! += 1;
  }

  total(counter: number): number {
    this.advance();
    return this.totals[counter]!;
  }

  clear(): void {
    this.counts.fill(0);
    this.totals.fill(0);
  }

  private currentStep(): number {
    return Math.floor(this.options.nowMs() / this.stepMs);
  }

  private advance(): void {
    const step = this.currentStep();
    if (step - this.step >= buckets) this.clear();
    else while (this.step < step) this.empty(++this.step % buckets);
    this.step = step;
  }

  private empty(bucket: number): void {
    const { counters } = this.options;
    for (let counter = 0; counter < counters; counter++) {
      const index = bucket * counters + counter;
      this.totals[counter]! -= this.counts[index]!;
      this.counts[index] = 0;
    }
  }
}

const buckets = 10;
