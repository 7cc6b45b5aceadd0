import type { Logger } from "pino";
import type { ResponseCacheConfig, SubgraphCacheConfig } from "../../config/sections/response-cache.ts";
import { RedisPool } from "../../redis/redis-pool.ts";
import type { ProcessMeters } from "../../telemetry/observer.ts";
import type { CacheMemory } from "../cache-memory.ts";
import { RedisTier } from "./redis-tier.ts";

/** The Redis of each subgraph; those that are configured alike share one. */
export interface Tiers {
  of(subgraph: string): RedisTier | undefined;
  /** Whether all invalidations of other nodes are heard. */
  readonly isListening: boolean;
  /** Rejects where one that is required to start does not answer. */
  started(): Promise<void>;
  close(): void;
}

export interface TiersOptions {
  memory: CacheMemory;
  meters: ProcessMeters;
  logger: Logger;
  /** How long requests of a router that retires may still ask. */
  lingerMs: number;
}

export function openTiers(
  { subgraph: { all, subgraphs } }: ResponseCacheConfig,
  options: TiersOptions,
): Tiers {
  const tiers = new Map<string, RedisTier>();
  const tierFor = ({ enabled, redis }: SubgraphCacheConfig): RedisTier | undefined => {
    if (!enabled || !redis) return undefined;
    const name = JSON.stringify(redis);
    const tier = tiers.get(name) ?? openTier(redis, options);
    tiers.set(name, tier);
    return tier;
  };
  const common = tierFor(all);
  const own = new Map(Object.entries(subgraphs).map(([name, keys]) => [name, tierFor(keys)]));
  return {
    get isListening() {
      for (const tier of tiers.values()) if (!tier.isListening) return false;
      return true;
    },
    of: (subgraph) => (own.has(subgraph) ? own.get(subgraph) : common),
    async started() {
      await Promise.all([...tiers.values()].map((tier) => tier.started()));
    },
    close() {
      for (const tier of tiers.values()) tier.close();
    },
  };
}

function openTier(
  redis: NonNullable<SubgraphCacheConfig["redis"]>,
  { memory, meters, logger, lingerMs }: TiersOptions,
): RedisTier {
  return new RedisTier({
    pool: new RedisPool(redis, { kind: "response-cache", meters, logger, lingerMs }),
    name: JSON.stringify([redis.urls, redis.namespace]),
    memory,
    logger,
    timeoutsMs: {
      fetch: redis.fetchTimeoutMs ?? timeoutMsDefault,
      insert: redis.insertTimeoutMs ?? timeoutMsDefault,
      invalidate: redis.invalidateTimeoutMs ?? timeoutMsDefault,
      maintenance: redis.maintenanceTimeoutMs ?? timeoutMsDefault,
    },
  });
}

/** Where the configuration leaves it empty. */
const timeoutMsDefault = 500;
