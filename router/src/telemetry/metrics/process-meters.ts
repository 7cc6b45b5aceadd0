import type { ProcessMeters, RedisFigures } from "../observer.ts";
import type { MetricRegistry } from "./metric-registry.ts";
import { processInstruments } from "./process-instruments.ts";
import { createResponseCacheMeters } from "./response-cache-meters.ts";

const none: readonly string[] = [];
const ghostNames = ["subgraph.name", "graphql.type"];
const kindNames = ["kind"];
const lookupNames = ["kind", "storage"];
const cacheNames = ["kind", "type"];
const connectionNames = ["server.address", "server.port", "http.connection.state"];
const pipelineNames = ["schema.id", "launch.id", "config.hash"];
const jwtNames = ["authentication.jwt.failed"];
const guardedNames = [
  "authorization.filtered",
  "authorization.needs_authenticated",
  "authorization.needs_requires_scopes",
];
const subscriptionNames = ["graphql.operation.name"];
const requestNames = ["subscriptions.mode", "subscriptions.deduplicated", "subgraph.service.name"];
const eventNames = ["subscriptions.mode", "subscriptions.complete"];
const rejectionNames = ["reason", "subgraph.name"];
const coprocessorNames = ["coprocessor.stage", "coprocessor.succeeded"];
const subgraphNames = ["subgraph.name"];
const circuitNames = ["subgraph.name", "circuit.state"];
const refusalNames = ["subgraph.name", "reason"];
const retryNames = ["subgraph.name", "outcome"];
const circuitLevels = { closed: 0, half_open: 1, open: 2 } as const;

/** Instruments are looked up each time: a reload of the configuration replaces them. */
export function createProcessMeters(metrics: MetricRegistry, isMeasured: () => boolean): ProcessMeters {
  let state = "startup";
  const redisPools = new Set<() => RedisFigures>();
  const find = (name: keyof typeof processInstruments) => metrics.instrument(processInstruments[name]);
  return {
    watchCache: (kind, storage, read) =>
      metrics.observe(() => {
        const { entries, bytes } = read();
        find("cacheSize").set(entries, cacheNames, [kind, storage]);
        if (bytes !== undefined && bytes > 0) find("cacheBytes").set(bytes, cacheNames, [kind, storage]);
      }),
    // Every request looks something up: it costs nothing while nobody measures.
    cacheHit(kind, storage, ms) {
      if (isMeasured()) find("cacheHit").record(ms / 1_000, lookupNames, [kind, storage]);
    },
    cacheMiss(kind, storage, ms) {
      if (isMeasured()) find("cacheMiss").record(ms / 1_000, lookupNames, [kind, storage]);
    },
    watchRedis(kind, read) {
      redisPools.add(read);
      const end = metrics.observe(() => {
        find("redisQueue").set(read().pending, kindNames, [kind]);
        const clients = [...redisPools].reduce((total, pool) => total + pool().clients, 0);
        find("redisClients").set(clients, none, none);
      });
      return () => {
        redisPools.delete(read);
        end();
      };
    },
    redisCommand(kind) {
      if (isMeasured()) find("redisCommands").record(1, kindNames, [kind]);
    },
    batched(size, subgraph) {
      if (!isMeasured()) return;
      const names = subgraph === undefined ? ["mode"] : ["mode", "subgraph"];
      const values = subgraph === undefined ? ["batch_http_link"] : ["batch_http_link", subgraph];
      find("batches").record(1, names, values);
      find("batchSize").record(size, names, values);
    },
    persistedQuery(attributes) {
      if (isMeasured())
        find("persistedQueries").record(1, Object.keys(attributes), Object.values(attributes));
    },
    costJudged(result) {
      if (isMeasured()) find("costJudged").record(1, ["demand_control.result"], [result]);
    },
    rateLimited(rule, outcome) {
      if (isMeasured()) find("rateLimited").record(1, ["rule", "outcome"], [rule, outcome]);
    },
    redisError: (kind, type) => find("redisErrors").record(1, ["kind", "error_type"], [kind, type]),
    watchConnections: (read) =>
      metrics.observe(() => {
        const connections = find("openConnections");
        for (const { serverAddress, serverPort, active, terminating } of read()) {
          connections.set(active, connectionNames, [serverAddress, serverPort, "active"]);
          connections.set(terminating, connectionNames, [serverAddress, serverPort, "terminating"]);
        }
      }),
    pipelineStarted({ schemaId, configHash }) {
      const values = [schemaId, "", configHash];
      find("pipelines").record(1, pipelineNames, values);
      let isAlive = true;
      return () => {
        if (isAlive) find("pipelines").record(-1, pipelineNames, values);
        isAlive = false;
      };
    },
    schemaLoaded: (ms) => find("schemaLoad").record(ms / 1_000, none, none),
    stateChanged(event, next) {
      find("stateChange").record(1, ["event", "state", "previous_state"], [event, next, state]);
      state = next;
    },
    queryPlanned({ outcome, planMs, totalMs }) {
      find("plan").record(planMs / 1_000, ["planner", "outcome"], ["mycelium", outcome]);
      find("planTotal").record(totalMs / 1_000, none, none);
    },
    plansWarmedUp: (ms) => find("warmUp").record(ms / 1_000, none, none),
    jwtChecked(failed) {
      if (isMeasured()) find("jwt").record(1, jwtNames, [String(failed)]);
    },
    operationGuarded({ isFiltered, needsAuthenticated, needsScopes }) {
      if (!isMeasured()) return;
      const values = [isFiltered, needsAuthenticated, needsScopes].map(String);
      find("guarded").record(1, guardedNames, values);
    },
    subscriptionOpened: (operationName) =>
      find("subscriptions").record(1, subscriptionNames, [operationName]),
    subscriptionClosed: (operationName) =>
      find("subscriptions").record(-1, subscriptionNames, [operationName]),
    subscriptionRequested: ({ mode, subgraph, deduplicated }) =>
      find("subscriptionRequests").record(1, requestNames, [mode, deduplicated, subgraph]),
    subscriptionEvent: ({ mode, complete }) =>
      find("subscriptionEvents").record(1, eventNames, [mode, complete ? true : undefined]),
    subscriptionRejected: (reason, subgraph) =>
      find("subscriptionsRejected").record(1, rejectionNames, [reason, subgraph]),
    subscriptionEndedBySubgraph: (subgraph) =>
      find("subscriptionsEndedBySubgraph").record(1, subgraphNames, [subgraph]),
    eventSkipped: () => find("skippedEvents").record(1, none, none),
    coprocessorAsked(stage, { hasSucceeded, durationMs }) {
      find("coprocessorOperations").record(1, coprocessorNames, [stage, hasSucceeded]);
      find("coprocessorDuration").record(durationMs / 1_000, coprocessorNames, [stage]);
    },
    usageLost: (requests) => find("usageLost").record(requests, [], []),
    circuitChanged: (subgraph, circuit) =>
      find("circuitChanges").record(1, circuitNames, [subgraph, circuit]),
    subgraphCallRefused: (subgraph, reason) =>
      find("subgraphRefusals").record(1, refusalNames, [subgraph, reason]),
    subgraphCallRetried: (subgraph, outcome) =>
      find("subgraphRetries").record(1, retryNames, [subgraph, outcome]),
    watchSubgraphs: (read) =>
      metrics.observe(() => {
        for (const { subgraph, circuit, concurrency } of read()) {
          const values = [subgraph];
          if (circuit) find("circuitState").set(circuitLevels[circuit], subgraphNames, values);
          if (!concurrency) continue;
          find("concurrencyLimit").set(concurrency.limit, subgraphNames, values);
          find("concurrencyActive").set(concurrency.active, subgraphNames, values);
          find("concurrencyQueued").set(concurrency.queued, subgraphNames, values);
        }
      }),
    responseCache: createResponseCacheMeters(metrics, isMeasured),
    watchGhost: (read) =>
      metrics.observe(() => {
        for (const { subgraph, type, hitRate, lifetimeSeconds, bytes } of read()) {
          const values = [subgraph, type];
          find("ghostHitRate").set(hitRate, ghostNames, values);
          find("ghostLifetime").set(lifetimeSeconds, ghostNames, values);
          find("ghostBytes").set(bytes, ghostNames, values);
        }
      }),
  };
}
