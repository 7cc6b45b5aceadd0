import type { ProcessMeters } from "../observer.ts";
import type { MetricRegistry } from "./metric-registry.ts";
import { processInstruments } from "./process-instruments.ts";

const none: readonly string[] = [];
const lookupNames = ["kind", "storage"];
const cacheNames = ["kind", "type"];
const connectionNames = ["server.address", "server.port", "http.connection.state"];
const pipelineNames = ["schema.id", "launch.id", "config.hash"];
const jwtNames = ["authentication.jwt.failed"];
const subscriptionNames = ["graphql.operation.name"];

/** Instruments are looked up each time: a reload of the configuration replaces them. */
export function createProcessMeters(metrics: MetricRegistry, isMeasured: () => boolean): ProcessMeters {
  let state = "startup";
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
    subscriptionOpened: (operationName) =>
      find("subscriptions").record(1, subscriptionNames, [operationName]),
    subscriptionClosed: (operationName) =>
      find("subscriptions").record(-1, subscriptionNames, [operationName]),
  };
}
