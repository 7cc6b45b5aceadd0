import { list, object } from "../../schema/compound.ts";
import { boolean, duration, integer32, text, url } from "../../schema/scalar.ts";
import { tlsClient } from "./tls-client.ts";

const schemes = ["redis", "rediss", "redis-cluster", "rediss-cluster", "redis-sentinel", "rediss-sentinel"];

const connection = {
  urls: list(url(schemes)),
  username: text().optional(),
  password: text().optional(),
  namespace: text().optional(),
  tls: tlsClient.optional(),
  required_to_start: boolean().default(false),
};

export const redisCache = object({
  ...connection,
  timeout: duration().defaultOrNone("500ms"),
  ttl: duration().optional(),
  reset_ttl: boolean().default(true),
  pool_size: integer32().default(1),
  metrics_interval: duration().defaultOrNone("1s"),
});

export const queryPlanRedis = object({
  ...connection,
  timeout: duration().defaultOrNone("500ms"),
  ttl: duration().defaultOrNone("30days"),
  reset_ttl: boolean().default(true),
  pool_size: integer32().default(1),
});

export const responseCacheRedis = object({
  ...connection,
  fetch_timeout: duration().defaultOrNone("150ms"),
  insert_timeout: duration().defaultOrNone("500ms"),
  invalidate_timeout: duration().defaultOrNone("1s"),
  maintenance_timeout: duration().defaultOrNone("500ms"),
  metrics_interval: duration().defaultOrNone("1s"),
  pool_size: integer32().default(5),
});
