import { map, object, oneOf, section } from "../schema/compound.ts";
import { boolean, headerName, integer, listenAddress, text } from "../schema/scalar.ts";
import type { Infer, Report } from "../schema/schema.ts";
import { subgraphCacheKeys } from "./shared/cache-keys.ts";
import { responseCacheRedis } from "./shared/redis.ts";

const subgraphCache = object({
  ...subgraphCacheKeys,
  redis: responseCacheRedis.optional().describe("Without it entities are kept in memory only."),
  invalidation: object({
    enabled: boolean().default(false),
    shared_key: text().default("").describe("What a request to invalidate has to send as `Authorization`."),
    indexes: section({
      cache_tag: boolean().default(true),
      subgraph: boolean().default(true),
      type: boolean().default(true),
    }).describe("By what may be invalidated. What is false needs no index in Redis."),
  }).optional(),
});

const keys = object({
  enabled: boolean().default(false),
  debug: boolean()
    .default(false)
    .describe(
      "Whether the header `apollo-cache-debugging: true` brings all about the cache. Not for production.",
    ),
  include_cache_control_header_on_router_response: boolean().default(true),
  private_queries_buffer_size: integer({ min: 1 })
    .default(2048)
    .ignored("private answers are found without a list of queries"),
  invalidation: object({ listen: listenAddress(), path: text() }).optional(),
  cdn_invalidation: section({
    enabled: boolean().default(false),
    header_name: headerName().default("Cache-Tag"),
    header_delimiter: text().default(","),
    max_bytes: integer().default(16_384),
    experimental_on_overflow: oneOf("truncate", "drop").default("truncate"),
  }),
  subgraph: object({
    all: subgraphCache.default({}),
    subgraphs: map(subgraphCache)
      .default({})
      .describe("For one subgraph; what it leaves out comes from all."),
  }),
});

export const responseCacheSection = keys.check(checkResponseCache).to(resolveSubgraphs).omittable();

export type ResponseCacheConfig = NonNullable<Infer<typeof responseCacheSection>>;
export type SubgraphCacheConfig = ResponseCacheConfig["subgraph"]["all"];

type Keys = Infer<typeof keys>;

function checkResponseCache({ subgraph: { all, subgraphs } }: Keys, report: Report): void {
  if (all.ttlMs === undefined && Object.values(subgraphs).some(({ ttlMs }) => ttlMs === undefined)) {
    report(["subgraph"], "a ttl must be configured for all subgraphs or globally");
  }
  if (all.invalidation?.sharedKey === "") {
    report(["subgraph", "all", "invalidation"], "a default shared_key must be set for all subgraphs");
  }
}

function resolveSubgraphs({ subgraph: { all, subgraphs }, ...rest }: Keys) {
  return {
    ...rest,
    /** Where another form of these keys also invalidates single entities. */
    invalidatesEntities: false,
    subgraph: {
      all: { ...all, enabled: all.enabled ?? true },
      subgraphs: Object.fromEntries(
        Object.entries(subgraphs).map(([name, own]) => [
          name,
          {
            enabled: own.enabled ?? all.enabled ?? true,
            ttlMs: own.ttlMs ?? all.ttlMs,
            privateId: own.privateId ?? all.privateId,
            redis: own.redis ?? all.redis,
            invalidation: own.invalidation ?? all.invalidation,
          },
        ]),
      ),
    },
  };
}
