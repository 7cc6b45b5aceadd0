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
  redisClients: {
    name: "apollo.router.cache.redis.clients",
    kind: "gauge",
    description: "Number of active Redis clients",
    unit: "{client}",
  },
  redisQueue: {
    name: "apollo.router.cache.redis.command_queue_length",
    kind: "gauge",
    description: "Number of Redis commands buffered and not yet sent",
    unit: "{command}",
  },
  redisCommands: {
    name: "apollo.router.cache.redis.commands_executed",
    kind: "counter",
    description: "Number of Redis commands executed",
    unit: "{command}",
  },
  redisErrors: {
    name: "apollo.router.cache.redis.errors",
    kind: "counter",
    description: "Number of Redis errors by type",
    unit: "{error}",
  },
  batches: {
    name: "apollo.router.operations.batching",
    kind: "counter",
    description: "Total requests with batched operations",
  },
  batchSize: {
    name: "apollo.router.operations.batching.size",
    kind: "histogram",
    description: "Number of queries contained within each query batch",
  },
  persistedQueries: {
    name: "apollo.router.operations.persisted_queries",
    kind: "counter",
    description: "Total requests with persisted queries enabled",
  },
  costJudged: {
    name: "apollo.router.operations.demand_control",
    kind: "counter",
    description: "Total operations with demand control enabled",
  },
  rateLimited: {
    name: "mycelium.rate_limit.requests",
    kind: "counter",
    description: "Requests that a rate limit counted, by what became of them",
    unit: "{request}",
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
  guarded: {
    name: "apollo.router.operations.authorization",
    kind: "counter",
    description: "Number of subgraph requests requiring authorization",
  },
  subscriptions: {
    name: "apollo.router.opened.subscriptions",
    kind: "up_down_counter",
    description: "Number of opened subscriptions",
  },
  subscriptionRequests: {
    name: "apollo.router.operations.subscriptions",
    kind: "counter",
    description: "Total requests with subscription operations",
  },
  subscriptionEvents: {
    name: "apollo.router.operations.subscriptions.events",
    kind: "counter",
    description: "Number of subscription events",
  },
  subscriptionsRejected: {
    name: "apollo.router.operations.subscriptions.rejected",
    kind: "counter",
    description: "Number of subscription requests rejected",
  },
  subscriptionsEndedBySubgraph: {
    name: "apollo.router.operations.subscriptions.terminated.subgraph",
    kind: "counter",
    description: "Number of subscriptions ended by the subgraph",
  },
  skippedEvents: {
    name: "apollo.router.skipped.event.count",
    kind: "counter",
    description: "Amount of events dropped from the internal message queue",
  },
  coprocessorOperations: {
    name: "apollo.router.operations.coprocessor",
    kind: "counter",
    description: "Total run operations with co-processors enabled",
  },
  coprocessorDuration: {
    name: "apollo.router.operations.coprocessor.duration",
    kind: "histogram",
    description: "Time spent waiting for the coprocessor to answer, in seconds",
  },
  circuitState: {
    name: "mycelium.router.subgraph.circuit.state",
    kind: "gauge",
    description: "State of the subgraph's circuit: 0 closed, 1 half open, 2 open",
  },
  circuitChanges: {
    name: "mycelium.router.subgraph.circuit.transitions",
    kind: "counter",
    description: "Changes of the subgraph's circuit, by the state that it came to",
  },
  usageLost: {
    name: "mycelium.router.usage.lost",
    kind: "counter",
    description:
      "Requests that the registry will not hear of: it was away too long, or too many different ones came",
  },
  subgraphRefusals: {
    name: "mycelium.router.subgraph.refused",
    kind: "counter",
    description: "Calls that the subgraph was spared, by reason",
  },
  subgraphRetries: {
    name: "mycelium.router.subgraph.retries",
    kind: "counter",
    description: "Repeated calls to the subgraph, by outcome",
  },
  concurrencyLimit: {
    name: "mycelium.router.subgraph.concurrency.limit",
    kind: "gauge",
    description: "Calls that the subgraph may have at once",
  },
  concurrencyActive: {
    name: "mycelium.router.subgraph.concurrency.active",
    kind: "gauge",
    description: "Calls that the subgraph has",
  },
  concurrencyQueued: {
    name: "mycelium.router.subgraph.concurrency.queued",
    kind: "gauge",
    description: "Calls that wait for their turn",
  },
  ghostHitRate: {
    name: "mycelium.cache.ghost.hit_rate",
    kind: "gauge",
    description: "The share of entities that would come from the cache",
  },
  ghostLifetime: {
    name: "mycelium.cache.ghost.lifetime",
    kind: "gauge",
    description: "The lifetime in which nine of ten entities were not seen to change",
    unit: "s",
  },
  ghostBytes: {
    name: "mycelium.cache.ghost.size",
    kind: "gauge",
    description: "What keeping the observed entities would take",
    unit: "By",
  },
} as const satisfies Readonly<Record<string, InstrumentDescription>>;
