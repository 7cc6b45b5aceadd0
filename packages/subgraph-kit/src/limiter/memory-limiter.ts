import { LRUCache } from "lru-cache";
import type { Limiter, LimitRequest, LimitVerdict } from "./limiter.ts";

interface Counts {
  windowStart: number;
  current: number;
  previous: number;
}

const keysMax = 100_000;

/**
 * Two counters a key: the window before counts for as much of it as still overlaps. The keys that were used least
 * recently are forgotten first, which lets them start anew.
 */
export function createMemoryLimiter({ now = Date.now }: { now?: () => number } = {}): Limiter {
  const counters = new LRUCache<string, Counts>({ max: keysMax });
  return {
    take({ key, limit, windowMs }: LimitRequest): LimitVerdict {
      const time = now();
      const counts = advance(counters.get(key), { time, windowMs });
      counters.set(key, counts);
      const overlap = 1 - (time - counts.windowStart) / windowMs;
      const used = counts.previous * overlap + counts.current;
      if (used + 1 > limit) {
        return { allowed: false, remaining: 0, retryAfterMs: waitFor(counts, { limit, windowMs, time }) };
      }
      counts.current += 1;
      return { allowed: true, remaining: Math.floor(limit - used - 1), retryAfterMs: 0 };
    },
  };
}

function advance(counts: Counts | undefined, { time, windowMs }: { time: number; windowMs: number }): Counts {
  const windowStart = time - (time % windowMs);
  if (!counts || windowStart - counts.windowStart > windowMs) return { windowStart, current: 0, previous: 0 };
  if (windowStart === counts.windowStart) return counts;
  return { windowStart, current: 0, previous: counts.current };
}

/** When the older counts will weigh little enough for one more. */
function waitFor(
  counts: Counts,
  { limit, windowMs, time }: { limit: number; windowMs: number; time: number },
): number {
  const room = limit - 1 - counts.current;
  const windowEnd = counts.windowStart + windowMs;
  if (room >= 0 && counts.previous > 0) {
    return Math.max(1, Math.ceil(windowEnd - (room / counts.previous) * windowMs - time));
  }
  const share = counts.current > 0 ? Math.min(1, (limit - 1) / counts.current) : 0;
  return Math.max(1, Math.ceil(windowEnd + (1 - share) * windowMs - time));
}
