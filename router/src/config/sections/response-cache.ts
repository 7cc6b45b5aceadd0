import { map, object, oneOf, section } from "../schema/compound.ts";
import { boolean, duration, headerName, integer, integer32, listenAddress, text } from "../schema/scalar.ts";
import type { Infer } from "../schema/schema.ts";
import { redisCache, responseCacheRedis } from "./shared/redis.ts";

const subgraphKeys = {
  enabled: boolean().defaultOrNone(true),
  ttl: duration().optional().describe("For answers that do not say how long they last."),
  private_id: text().optional().describe("The key of the context that tells one caller from another."),
};

const subgraphCache = object({
  ...subgraphKeys,
  redis: responseCacheRedis.optional(),
  invalidation: object({
    enabled: boolean().default(false),
    shared_key: text().default(""),
    indexes: section({
      cache_tag: boolean().default(true),
      subgraph: boolean().default(true),
      type: boolean().default(true),
    }),
  }).optional(),
});

export const responseCacheSection = object({
  enabled: boolean().default(false),
  debug: boolean().default(false),
  include_cache_control_header_on_router_response: boolean().default(true),
  private_queries_buffer_size: integer({ min: 1 }).default(2048),
  invalidation: object({ listen: listenAddress(), path: text() }).optional(),
  cdn_invalidation: section({
    enabled: boolean().default(false),
    header_name: headerName().default("Cache-Tag"),
    header_delimiter: text().default(","),
    max_bytes: integer().default(16_384),
    experimental_on_overflow: oneOf("truncate", "drop").default("truncate"),
  }),
  subgraph: object({ all: subgraphCache.default({}), subgraphs: map(subgraphCache).default({}) }),
})
  .omittable()
  .refused("response caching", (keys) => keys?.enabled === true);

export type ResponseCacheConfig = Infer<typeof responseCacheSection>;

const entityCache = object({
  ...subgraphKeys,
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

export type PreviewEntityCacheConfig = Infer<typeof previewEntityCacheSection>;
