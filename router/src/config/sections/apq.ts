import { map, object, section } from "../schema/compound.ts";
import { boolean, integer } from "../schema/scalar.ts";
import type { Infer } from "../schema/schema.ts";
import { redisCache } from "./shared/redis.ts";

const cache = section({
  in_memory: object({ limit: integer({ min: 1 }).describe("How many queries are kept.") }).default({
    limit: 512,
  }),
  redis: redisCache.optional().describe("What several routers share."),
});

const subgraphApq = section({ enabled: boolean().default(false) });

export const apqSection = section({
  enabled: boolean().default(true).describe("Whether clients may send a query's hash in its place."),
  router: section({ cache }),
  subgraph: section({ all: subgraphApq, subgraphs: map(subgraphApq).default({}) }).describe(
    "Whether the router sends hashes to the subgraphs.",
  ),
}).to(({ enabled, router, subgraph }) => ({
  enabled,
  router: { cacheEntriesMax: router.cache.inMemory.limit, cacheRedis: router.cache.redis },
  subgraph,
}));

export type ApqConfig = Infer<typeof apqSection>;
