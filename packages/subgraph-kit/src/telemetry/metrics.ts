import { Counter, Gauge, Histogram, Registry } from "prom-client";

export interface Metrics {
  registry: Registry;
  observeRequest(sample: { operation: string; tenant: string; success: boolean; seconds: number }): void;
  countError(code: string): void;
  countConnectorCall(connector: string, tenant: string, success: boolean): void;
  inFlight: { enter(): void; leave(): void; readonly count: number };
}

const operationsMax = 200;
const tenantsMax = 1_000;
const overflow = "other";

export function createMetrics(subgraph: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ subgraph });
  const registers = [registry];
  const duration = new Histogram({
    name: "graphql_request_duration_seconds",
    help: "How long the subgraph took to answer",
    labelNames: ["operation", "tenant", "success"],
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const errors = new Counter({
    name: "graphql_errors_total",
    help: "Errors in answers, by code",
    labelNames: ["code"],
    registers,
  });
  const connectorCalls = new Counter({
    name: "connector_calls_total",
    help: "Calls to an outside provider",
    labelNames: ["connector", "tenant", "success"],
    registers,
  });
  const running = new Gauge({
    name: "graphql_requests_in_flight",
    help: "Requests being answered",
    registers,
  });
  const operation = boundedLabel(operationsMax);
  const tenant = boundedLabel(tenantsMax);
  let count = 0;
  return {
    registry,
    observeRequest(sample) {
      const labels = [operation(sample.operation), tenant(sample.tenant), String(sample.success)] as const;
      duration.labels(...labels).observe(sample.seconds);
    },
    countError: (code) => errors.inc({ code }),
    countConnectorCall: (connector, name, success) =>
      connectorCalls.inc({ connector, tenant: tenant(name), success: String(success) }),
    inFlight: {
      enter: () => running.set(++count),
      leave: () => running.set(--count),
      get count() {
        return count;
      },
    },
  };
}

/** A client chooses the names of operations: after so many different ones the rest share a label. */
function boundedLabel(max: number): (value: string) => string {
  const seen = new Set<string>();
  return (value) => {
    if (seen.has(value)) return value;
    if (seen.size >= max) return overflow;
    seen.add(value);
    return value;
  };
}
