import type { RouterConfig } from "../../config/router-config.ts";
import { activeCache } from "../../entity-cache/create-entity-cache.ts";
import { offersInvalidation } from "../../entity-cache/invalidation/invalidation-endpoint.ts";
import { writeAddress } from "../endpoint.ts";

/** Why several processes cannot serve this configuration together; `undefined` where they can. */
export function findUnshareable(config: RouterConfig, workers: number): string | undefined {
  const [limit] = exactLimits(config);
  if (limit !== undefined) {
    return `${limit} counts requests exactly, but each of ${workers} workers would count its own: leave it out, or start with --workers 1`;
  }
  if (config.subscription?.enabled === true && config.subscription.mode.callback) {
    return `subscription.mode.callback needs one process, since a subgraph's call may reach any of ${workers} workers: use passthrough, or start with --workers 1`;
  }
  if (countsInMemory(config)) {
    return `mycelium.rate_limit counts in memory, but each of ${workers} workers would count its own: give it a redis, or start with --workers 1`;
  }
  if (invalidatesInMemory(config)) {
    return `a request to invalidate would reach one of ${workers} workers only: give response_cache a redis, or start with --workers 1`;
  }
  for (const listen of listenAddresses(config)) {
    if ("unixPath" in listen) {
      return `several workers cannot share ${writeAddress(listen)}: give a port, or start with --workers 1`;
    }
    if (listen.port === 0) {
      return `several workers cannot share port 0 (${writeAddress(listen)}), which is another for each: name a port, or start with --workers 1`;
    }
  }
  return undefined;
}

function countsInMemory({ plugins }: RouterConfig): boolean {
  const limits = plugins["mycelium.rate_limit"];
  return limits?.enabled === true && limits.redis === undefined;
}

function invalidatesInMemory(config: RouterConfig): boolean {
  const cache = activeCache(config);
  if (!cache) return false;
  const isInvalidated =
    offersInvalidation(cache) || Object.keys(config.plugins["mycelium.cache"].events).length > 0;
  const keys = [cache.subgraph.all, ...Object.values(cache.subgraph.subgraphs)];
  return isInvalidated && keys.some(({ enabled, redis }) => enabled && redis === undefined);
}

function* exactLimits({ trafficShaping, subscription }: RouterConfig): Iterable<string> {
  const { router, all, subgraphs } = trafficShaping;
  if (subscription?.maxOpenedSubscriptions !== undefined) yield "subscription.max_opened_subscriptions";
  if (router.globalRateLimit) yield "traffic_shaping.router.global_rate_limit";
  if (router.concurrencyLimit !== undefined) yield "traffic_shaping.router.concurrency_limit";
  if (all.globalRateLimit) yield "traffic_shaping.all.global_rate_limit";
  for (const [name, { globalRateLimit }] of Object.entries(subgraphs)) {
    if (globalRateLimit) yield `traffic_shaping.subgraphs.${name}.global_rate_limit`;
  }
}

export function listenAddresses(config: RouterConfig) {
  const { supergraph, healthCheck, telemetry } = config;
  const { prometheus } = telemetry.exporters.metrics;
  const cache = activeCache(config);
  return [
    ...(cache?.invalidation && offersInvalidation(cache) ? [cache.invalidation.listen] : []),
    supergraph.listen,
    ...(healthCheck.enabled ? [healthCheck.listen] : []),
    ...(prometheus.enabled ? [prometheus.listen] : []),
  ];
}
