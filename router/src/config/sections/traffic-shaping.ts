import { map, object, oneOf, section } from "../schema/compound.ts";
import { boolean, duration, integer } from "../schema/scalar.ts";
import type { Infer } from "../schema/schema.ts";

const TIMEOUT_DEFAULT_MS = 30_000;
const POOL_IDLE_TIMEOUT_DEFAULT_MS = 15_000;

const rateLimit = object({
  capacity: integer({ min: 1 }).describe("How many requests one interval takes."),
  interval: duration(),
});

/** How a server other than a client is called; `coprocessor.client` has the same keys. */
export const connectionKeys = {
  experimental_http2: oneOf("enable", "disable", "http2only").optional(),
  experimental_http2_keep_alive_interval: duration().optional().ignored("HTTP/2 pings are the runtime's own"),
  experimental_http2_keep_alive_timeout: duration().optional().ignored("HTTP/2 pings are the runtime's own"),
  dns_resolution_strategy: oneOf(
    "ipv4_only",
    "ipv6_only",
    "ipv4_and_ipv6",
    "ipv6_then_ipv4",
    "ipv4_then_ipv6",
  )
    .optional()
    .describe("Over TLS the system decides."),
  pool_idle_timeout: duration().defaultOrNone("15s").describe("How long an unused connection is kept."),
};

const callKeys = {
  ...connectionKeys,
  compression: oneOf("gzip", "deflate", "br", "identity")
    .optional()
    .describe("Of the requests to the subgraph."),
  global_rate_limit: rateLimit.optional(),
  timeout: duration().omittable(),
};

const subgraphShaping = object({
  ...callKeys,
  pool_idle_timeout: duration().optional(),
  deduplicate_query: boolean().optional().describe("Whether equal queries in flight share one answer."),
});

const connectorShaping = object(callKeys);

const routerShaping = object({
  timeout: duration().omittable().describe("For a whole request."),
  global_rate_limit: rateLimit.optional(),
  concurrency_limit: integer().optional(),
});

export const trafficShapingSection = section({
  router: routerShaping.optional(),
  all: subgraphShaping.optional().describe("For every subgraph."),
  subgraphs: map(subgraphShaping)
    .default({})
    .describe("For one subgraph; what it leaves out comes from all."),
  connector: section({
    all: connectorShaping.optional(),
    sources: map(connectorShaping).default({}),
  }).refused("connectors", ({ all, sources }) => all !== undefined || Object.keys(sources).length > 0),
  deduplicate_variables: boolean().optional().ignored("equal variables are always sent once"),
}).to(({ router, all, subgraphs }) => {
  const forAll = resolveShaping(all ?? {});
  return {
    router: {
      timeoutMs: router?.timeoutMs ?? TIMEOUT_DEFAULT_MS,
      globalRateLimit: router?.globalRateLimit,
      concurrencyLimit: router?.concurrencyLimit,
    },
    all: forAll,
    subgraphs: Object.fromEntries(
      Object.entries(subgraphs).map(([name, keys]) => [
        name,
        resolveShaping({ ...all, ...withoutAbsent(keys) }),
      ]),
    ),
  };
});
export type SubgraphShaping = ReturnType<typeof resolveShaping>;

type ShapingKeys = Infer<typeof subgraphShaping>;

function resolveShaping(keys: Partial<ShapingKeys>) {
  return {
    timeoutMs: keys.timeoutMs ?? TIMEOUT_DEFAULT_MS,
    deduplicateQuery: keys.deduplicateQuery ?? false,
    compression: keys.compression,
    globalRateLimit: keys.globalRateLimit,
    experimentalHttp2: keys.experimentalHttp2 ?? "enable",
    dnsResolutionStrategy: keys.dnsResolutionStrategy ?? "ipv4_then_ipv6",
    poolIdleTimeoutMs: keys.poolIdleTimeoutMs ?? POOL_IDLE_TIMEOUT_DEFAULT_MS,
  };
}

function withoutAbsent(keys: ShapingKeys): Partial<ShapingKeys> {
  return Object.fromEntries(Object.entries(keys).filter(([, value]) => value !== undefined));
}
