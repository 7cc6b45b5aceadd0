import type { InstrumentDescription } from "./metric-registry.ts";

/** Metrics of the process, named as Apollo Router names them. */
export const processInstruments = {
  cacheHit: {
    name: "apollo.router.cache.hit.time",
    kind: "histogram",
    description: "Time to get a value from the cache in seconds",
  },
  cacheMiss: {
    name: "apollo.router.cache.miss.time",
    kind: "histogram",
    description: "Time to check the cache for an uncached value in seconds",
  },
  cacheSize: { name: "apollo.router.cache.size", kind: "gauge", description: "Cache size" },
  cacheBytes: {
    name: "apollo.router.cache.storage.estimated_size",
    kind: "gauge",
    description: "Estimated cache storage",
    unit: "bytes",
  },
  openConnections: {
    name: "apollo.router.open_connections",
    kind: "gauge",
    description: "Number of currently connected clients",
    unit: "{connection}",
  },
  pipelines: {
    name: "apollo.router.pipelines",
    kind: "up_down_counter",
    description: "Number of active router pipelines",
    unit: "{pipeline}",
  },
  schemaLoad: {
    name: "apollo.router.schema.load.duration",
    kind: "histogram",
    description: "Time spent loading the supergraph schema, in seconds.",
  },
  stateChange: {
    name: "apollo.router.state.change.total",
    kind: "counter",
    description: "Router state changes",
  },
  plan: {
    name: "apollo.router.query_planning.plan.duration",
    kind: "histogram",
    description: "Duration of the query planning, in seconds.",
  },
  planTotal: {
    name: "apollo.router.query_planning.total.duration",
    kind: "histogram",
    description:
      "Duration of the time the router waited for a query plan, including both the queue time and planning time, in seconds.",
  },
  warmUp: {
    name: "apollo.router.query_planning.warmup.duration",
    kind: "histogram",
    description: "Time spent warming up the query planner queries in seconds",
  },
  jwt: {
    name: "apollo.router.operations.authentication.jwt",
    kind: "counter",
    description: "Number of requests with JWT authentication",
  },
  subscriptions: {
    name: "apollo.router.opened.subscriptions",
    kind: "up_down_counter",
    description: "Number of opened subscriptions",
  },
} as const satisfies Readonly<Record<string, InstrumentDescription>>;
