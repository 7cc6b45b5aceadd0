import { type Counter, type Standing, slotsPerWindow, type Take } from "./counter.ts";
import { SlidingWindow } from "./sliding-window.ts";

/** Keys beyond the bound share so many counts for each window. */
const sharedMax = 1_024;
/** For each new key so many old ones are looked at: empty counts are gone long before the bound is reached. */
const sweptPerKey = 4;

/**
 * Counts of this process. They outlive a reload: a limit must not begin anew because another key of the
 * configuration was changed.
 */
export class MemoryCounter implements Counter {
  private readonly windows = new Map<string, SlidingWindow>();
  private sweep = this.windows.entries();
  private full = false;

  constructor(
    private readonly now: () => number = () => performance.now(),
    public keysMax = 100_000,
  ) {}

  get size(): number {
    return this.windows.size;
  }

  /** Whether the last new key had no place of its own. */
  get isFull(): boolean {
    return this.full;
  }

  take(takes: readonly Take[]): Standing[] {
    const nowMs = this.now();
    const known = this.windows.size;
    const windows = takes.map((take) => this.windowFor(take));
    const standings = takes.map((take, index) => windows[index]!.peek(take, nowMs));
    if (!standings.some(({ isOver }) => isOver)) {
      takes.forEach(({ weight }, index) => {
        windows[index]!.add(weight, nowMs);
        standings[index]!.used += weight;
      });
    }
    if (this.windows.size > known) this.forgetEmpty(nowMs);
    return standings;
  }

  private windowFor({ key, windowMs }: Take): SlidingWindow {
    const known = this.windows.get(key);
    if (known) return known;
    this.full = this.windows.size >= this.keysMax;
    // Nobody is forgotten for a newcomer: whoever can make up keys could wipe his own count that way.
    const place = this.full ? sharedKey(key, windowMs) : key;
    const shared = this.windows.get(place);
    if (shared) return shared;
    const window = new SlidingWindow(windowMs / slotsPerWindow);
    this.windows.set(place, window);
    return window;
  }

  private forgetEmpty(nowMs: number): void {
    for (let looked = 0; looked < sweptPerKey; looked++) {
      const { done, value } = this.sweep.next();
      if (done) {
        this.sweep = this.windows.entries();
        return;
      }
      const [key, window] = value;
      if (window.isEmpty(nowMs)) this.windows.delete(key);
    }
  }
}

function sharedKey(key: string, windowMs: number): string {
  return `shared ${windowMs} ${Bun.hash.wyhash(key) % BigInt(sharedMax)}`;
}
