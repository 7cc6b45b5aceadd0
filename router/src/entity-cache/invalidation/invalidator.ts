import { asRedisError } from "../../redis/redis-error.ts";
import type { ResponseCacheMeters } from "../../telemetry/observer.ts";
import type { CacheMemory } from "../cache-memory.ts";
import type { RedisTier } from "../redis/redis-tier.ts";
import { invalidateMemory } from "./invalidate.ts";
import type { Invalidation } from "./invalidation.ts";

export interface InvalidatorParts {
  memory: CacheMemory;
  tierOf(subgraph: string): RedisTier | undefined;
  meters: ResponseCacheMeters;
}

/**
 * Resolves, with the number of entries, when nothing of it is served here any more and all nodes are told; rejects
 * where that cannot be promised. This process drops it at once, whatever becomes of the rest.
 */
export async function invalidateEverywhere(
  { memory, tierOf, meters }: InvalidatorParts,
  invalidations: readonly Invalidation[],
): Promise<number> {
  meters.invalidationRequested();
  const startedMs = performance.now();
  const counts = invalidations.map((each) => invalidateMemory(memory, each));
  const byTier = Map.groupBy(invalidations.keys(), (at) => tierOf(invalidations[at]!.subgraph));
  const settled = await Promise.allSettled(
    [...byTier].map(async ([tier, places]) => {
      if (!tier) return;
      const gone = await tier.invalidate(places.map((at) => invalidations[at]!));
      for (const [index, at] of places.entries()) counts[at] = gone[index]!;
    }),
  );
  const failure = settled.find((each) => each.status === "rejected");
  const elapsedMs = performance.now() - startedMs;
  for (const [at, each] of invalidations.entries()) {
    if (failure) meters.invalidationFailed(each, asRedisError(failure.reason).type);
    else meters.invalidated({ type: undefined, ...each }, counts[at]!, elapsedMs);
  }
  if (failure) throw asRedisError(failure.reason);
  return counts.reduce((sum, each) => sum + each, 0);
}
