import type { ConnectionCounts, ProcessMeters } from "../observer.ts";
import type { Instrument } from "./instrument.ts";
import type { MetricRegistry } from "./metric-registry.ts";

const pipelineNames = ["schema.id", "launch.id", "config.hash"];
const connectionNames = ["server.address", "server.port", "http.connection.state"];
const noNames: readonly string[] = [];

export function createProcessMeters(metrics: MetricRegistry): ProcessMeters {
  let state = "startup";
  const seconds =
    (name: string, description: string) =>
    (durationMs: number, names = noNames, values = noNames) =>
      metrics.instrument({ name, kind: "histogram", description }).record(durationMs / 1_000, names, values);
  const hit = seconds("apollo.router.cache.hit.time", "Time to get a value from the cache in seconds");
  const miss = seconds(
    "apollo.router.cache.miss.time",
    "Time to check the cache for an uncached value in seconds",
  );
  const load = seconds(
    "apollo.router.schema.load.duration",
    "Time spent loading the supergraph schema, in seconds.",
  );
  const plan = seconds(
    "apollo.router.query_planning.plan.duration",
    "Duration of the query planning, in seconds.",
  );
  const total = seconds(
    "apollo.router.query_planning.total.duration",
    "Duration of the time the router waited for a query plan, including both the queue time and planning time, in seconds.",
  );
  const warmUp = seconds(
    "apollo.router.query_planning.warmup.duration",
    "Time spent warming up the query planner queries in seconds",
  );
  const pipelines = () =>
    metrics.instrument({
      name: "apollo.router.pipelines",
      kind: "up_down_counter",
      description: "Number of active router pipelines",
      unit: "{pipeline}",
    });
  const subscriptions = () =>
    metrics.instrument({
      name: "apollo.router.opened.subscriptions",
      kind: "up_down_counter",
      description: "Number of opened subscriptions",
    });
  return {
    watchCache(kind, storage, read) {
      return metrics.observe(() => {
        const { entries, bytes } = read();
        const names = ["kind", "type"];
        const values = [kind, storage];
        cacheSize(metrics).set(entries, names, values);
        if (bytes !== undefined && bytes > 0) cacheBytes(metrics).set(bytes, names, values);
      });
    },
    cacheHit: (kind, storage, durationMs) => hit(durationMs, ["kind", "storage"], [kind, storage]),
    cacheMiss: (kind, storage, durationMs) => miss(durationMs, ["kind", "storage"], [kind, storage]),
    watchConnections(read) {
      return metrics.observe(() => showConnections(openConnections(metrics), read()));
    },
    pipelineStarted({ schemaId, configHash }) {
      const values = [schemaId, "", configHash];
      pipelines().record(1, pipelineNames, values);
      let isAlive = true;
      return () => {
        if (isAlive) pipelines().record(-1, pipelineNames, values);
        isAlive = false;
      };
    },
    schemaLoaded: (durationMs) => load(durationMs),
    stateChanged(event, next) {
      metrics
        .instrument({
          name: "apollo.router.state.change.total",
          kind: "counter",
          description: "Router state changes",
        })
        .record(1, ["event", "state", "previous_state"], [event, next, state]);
      state = next;
    },
    queryPlanned({ outcome, planMs, totalMs }) {
      plan(planMs, ["planner", "outcome"], ["mycelium", outcome]);
      total(totalMs);
    },
    plansWarmedUp: (durationMs) => warmUp(durationMs),
    subscriptionOpened: (operationName) =>
      subscriptions().record(1, ["graphql.operation.name"], [operationName]),
    subscriptionClosed: (operationName) =>
      subscriptions().record(-1, ["graphql.operation.name"], [operationName]),
  };
}

function showConnections(instrument: Instrument, counts: readonly ConnectionCounts[]): void {
  for (const { serverAddress, serverPort, active, terminating } of counts) {
    const port = String(serverPort);
    instrument.set(active, connectionNames, [serverAddress, port, "active"]);
    if (terminating > 0) instrument.set(terminating, connectionNames, [serverAddress, port, "terminating"]);
  }
}

function openConnections(metrics: MetricRegistry): Instrument {
  return metrics.instrument({
    name: "apollo.router.open_connections",
    kind: "gauge",
    description: "Number of currently connected clients",
    unit: "{connection}",
  });
}

function cacheSize(metrics: MetricRegistry): Instrument {
  return metrics.instrument({ name: "apollo.router.cache.size", kind: "gauge", description: "Cache size" });
}

function cacheBytes(metrics: MetricRegistry): Instrument {
  return metrics.instrument({
    name: "apollo.router.cache.storage.estimated_size",
    kind: "gauge",
    description: "Estimated cache storage",
    unit: "bytes",
  });
}
