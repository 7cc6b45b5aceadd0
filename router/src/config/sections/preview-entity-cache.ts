import { map, object, section } from "../schema/compound.ts";
import { boolean, duration, integer32, listenAddress, text } from "../schema/scalar.ts";
import type { Infer } from "../schema/schema.ts";
import type { ResponseCacheConfig, SubgraphCacheConfig } from "./response-cache.ts";
import { subgraphCacheKeys } from "./shared/cache-keys.ts";
import { entityCacheRedis } from "./shared/redis.ts";

const entityCache = object({
  ...subgraphCacheKeys,
  redis: entityCacheRedis.optional(),
  invalidation: object({ enabled: boolean().default(false), shared_key: text().default("") }).optional(),
});

const keys = object({
  enabled: boolean().default(false),
  expose_keys_in_context: boolean()
    .default(false)
    .ignored("nothing here reads cache keys from the context; response_cache.debug shows them"),
  metrics: section({
    enabled: boolean().default(false),
    separate_per_type: boolean().default(false),
    ttl: duration().optional(),
  }).ignored("hits and misses are always counted, for each type"),
  invalidation: object({
    listen: listenAddress(),
    path: text(),
    concurrent_requests: integer32().default(10).ignored("nothing is searched for: keys are indexed"),
    scan_count: integer32().default(1000).ignored("nothing is searched for: keys are indexed"),
  }).optional(),
  subgraph: object({ all: entityCache.default({}), subgraphs: map(entityCache).default({}) }),
});

/** The earlier form of response caching: the same cache, told in other words. */
export const previewEntityCacheSection = keys.to(asResponseCache).omittable();

type Keys = Infer<typeof keys>;
type EntityCacheKeys = Keys["subgraph"]["all"];

function asResponseCache({ enabled, invalidation, subgraph: { all, subgraphs } }: Keys): ResponseCacheConfig {
  return {
    enabled,
    debug: false,
    includeCacheControlHeaderOnRouterResponse: true,
    privateQueriesBufferSize: 2048,
    invalidation: invalidation && { listen: invalidation.listen, path: invalidation.path },
    cdnInvalidation: {
      enabled: false,
      headerName: "cache-tag",
      headerDelimiter: ",",
      maxBytes: 16_384,
      experimentalOnOverflow: "truncate",
    },
    invalidatesEntities: true,
    subgraph: {
      all: asSubgraphCache(all, {}),
      subgraphs: Object.fromEntries(
        Object.entries(subgraphs).map(([name, own]) => [name, asSubgraphCache(own, all)]),
      ),
    },
  };
}

function asSubgraphCache(own: EntityCacheKeys, all: Partial<EntityCacheKeys>): SubgraphCacheConfig {
  const redis = own.redis ?? all.redis;
  const invalidation = own.invalidation ?? all.invalidation;
  const timeoutMs = redis?.timeoutMs;
  return {
    enabled: own.enabled ?? all.enabled ?? true,
    ttlMs: own.ttlMs ?? all.ttlMs ?? redis?.ttlMs,
    privateId: own.privateId ?? all.privateId,
    redis: redis && {
      ...redis,
      fetchTimeoutMs: timeoutMs,
      insertTimeoutMs: timeoutMs,
      invalidateTimeoutMs: timeoutMs,
      maintenanceTimeoutMs: timeoutMs,
    },
    invalidation: invalidation && {
      ...invalidation,
      indexes: { cacheTag: false, subgraph: true, type: true },
    },
  };
}
