import { list, object } from "../../schema/compound.ts";
import { boolean, duration, integer32, text, url } from "../../schema/scalar.ts";
import { readRedisAddress } from "./redis-address.ts";
import { tlsClient } from "./tls-client.ts";

const schemes = ["redis", "rediss", "redis-cluster", "rediss-cluster", "redis-sentinel", "rediss-sentinel"];

/** What every `redis` has. */
export const redisConnection = {
  urls: list(url(schemes), { itemsMin: 1 })
    .check((urls, report) => {
      try {
        readRedisAddress(urls);
      } catch (error) {
        report([], error instanceof Error ? error.message : String(error));
      }
    })
    .describe("One server, the nodes of a cluster, or sentinels. REDIS_URL of the environment if not said."),
  username: text().optional(),
  password: text().optional(),
  namespace: text().optional().describe("Before every key, with a colon."),
  tls: tlsClient.optional(),
  required_to_start: boolean().default(false).describe("Whether the router starts only once Redis answers."),
};

const metricsInterval = duration().defaultOrNone("1s").ignored("figures are taken when they are looked at");

export const redisCache = object({
  ...redisConnection,
  timeout: duration().defaultOrNone("500ms"),
  ttl: duration().optional(),
  reset_ttl: boolean().default(true),
  pool_size: integer32().default(1),
  metrics_interval: metricsInterval,
});

export const queryPlanRedis = object({
  ...redisConnection,
  timeout: duration().defaultOrNone("500ms"),
  ttl: duration().defaultOrNone("30days"),
  reset_ttl: boolean().default(true),
  pool_size: integer32().default(1),
});

/** As `preview_entity_cache` has it. */
export const entityCacheRedis = object({
  ...redisConnection,
  timeout: duration().defaultOrNone("500ms"),
  ttl: duration().optional(),
  reset_ttl: boolean().default(true).ignored("Apollo Router never does so for entities either"),
  pool_size: integer32().default(1),
  metrics_interval: metricsInterval,
});

export const responseCacheRedis = object({
  ...redisConnection,
  fetch_timeout: duration().defaultOrNone("150ms"),
  insert_timeout: duration().defaultOrNone("500ms"),
  invalidate_timeout: duration().defaultOrNone("1s"),
  maintenance_timeout: duration().defaultOrNone("500ms"),
  metrics_interval: metricsInterval,
  pool_size: integer32().default(5),
});
