import { map, object, section } from "../schema/compound.ts";
import { boolean, duration, integer32, listenAddress, text } from "../schema/scalar.ts";
import { subgraphCacheKeys } from "./shared/cache-keys.ts";
import { redisCache } from "./shared/redis.ts";

const entityCache = object({
  ...subgraphCacheKeys,
  redis: redisCache.optional(),
  invalidation: object({ enabled: boolean().default(false), shared_key: text().default("") }).optional(),
});

/** The earlier form of response caching. */
export const previewEntityCacheSection = object({
  enabled: boolean().default(false),
  expose_keys_in_context: boolean().default(false),
  metrics: section({
    enabled: boolean().default(false),
    separate_per_type: boolean().default(false),
    ttl: duration().optional(),
  }),
  invalidation: object({
    listen: listenAddress(),
    path: text(),
    concurrent_requests: integer32().default(10),
    scan_count: integer32().default(1000),
  }).optional(),
  subgraph: object({ all: entityCache.default({}), subgraphs: map(entityCache).default({}) }),
})
  .omittable()
  .refused("entity caching", (keys) => keys?.enabled === true);
