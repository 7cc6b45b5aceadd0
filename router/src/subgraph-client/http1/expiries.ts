import { TIMEOUT_MS_MAX } from "../transport.ts";

/** What ends by itself unless it is done before. */
export abstract class Expiring {
  /** In `performance.now()` time. */
  endsMs = 0;
  /** Its neighbours among those that last equally long, which are in the order of their ends. */
  earlier: Expiring | undefined;
  later: Expiring | undefined;

  abstract expire(): void;
}

/** As many durations have a timer of their own that serves whatever lasts so long. */
const durationsMax = 100;

/** One timer for all that last equally long: a timer for each of thousands a second is work that is nearly always in vain. */
export class Expiries {
  private static readonly byDuration = new Map<number, Expiries>();
  private first: Expiring | undefined;
  private last: Expiring | undefined;
  private isWaiting = false;

  private constructor(private readonly durationMs: number) {}

  static after(durationMs: number): Expiries {
    const duration = Math.min(durationMs, TIMEOUT_MS_MAX);
    const known = Expiries.byDuration.get(duration);
    if (known) return known;
    const expiries = new Expiries(duration);
    if (Expiries.byDuration.size < durationsMax) Expiries.byDuration.set(duration, expiries);
    return expiries;
  }

  add(one: Expiring): void {
    one.endsMs = performance.now() + this.durationMs;
    one.earlier = this.last;
    if (this.last) this.last.later = one;
    else this.first = one;
    this.last = one;
    if (!this.isWaiting) this.wait(this.durationMs);
  }

  /** One that is not there, any longer or yet, stays away. */
  remove(one: Expiring): void {
    const { earlier, later } = one;
    if (!earlier && this.first !== one) return;
    if (earlier) earlier.later = later;
    else this.first = later;
    if (later) later.earlier = earlier;
    else this.last = earlier;
    one.earlier = undefined;
    one.later = undefined;
  }

  private wait(ms: number): void {
    this.isWaiting = true;
    // What is waited for has a connection, and that keeps the process.
    setTimeout(() => this.look(), ms).unref();
  }

  /** Often in vain: the one that was waited for has long been done. */
  private look(): void {
    this.isWaiting = false;
    const nowMs = performance.now();
    while (this.first && this.first.endsMs <= nowMs) {
      const { first } = this;
      this.remove(first);
      first.expire();
    }
    if (this.first && !this.isWaiting) this.wait(Math.ceil(this.first.endsMs - nowMs));
  }
}
