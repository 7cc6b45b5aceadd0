import { map, object, oneOf, section } from "../schema/compound.ts";
import { boolean, headerName, integer, listenAddress, text } from "../schema/scalar.ts";
import { subgraphCacheKeys } from "./shared/cache-keys.ts";
import { responseCacheRedis } from "./shared/redis.ts";

const subgraphCache = object({
  ...subgraphCacheKeys,
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
