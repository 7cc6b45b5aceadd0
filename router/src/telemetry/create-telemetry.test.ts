import { describe, expect, test } from "bun:test";
import type { TelemetryOptions } from "./telemetry-options.ts";
import { readSamples } from "./test-support/prometheus-samples.ts";
import {
  type Changes,
  observeOne,
  optionsWith,
  requestWith,
  startTelemetry,
} from "./test-support/start-telemetry.ts";

const prometheus = { prometheus: { enabled: true } };
const measured: Changes<TelemetryOptions> = { exporters: { metrics: prometheus } };
const scope = { otel_scope_name: "apollo/router" };

describe("Prometheus", () => {
  test("names and labels are those of Apollo Router", () => {
    const { telemetry } = startTelemetry(measured);
    observeOne(telemetry);
    observeOne(telemetry, { status: 400, errorCode: "BOOM" });
    const samples = readSamples(telemetry.renderPrometheus());
    const counts = samples
      .filter(({ name }) => !/_bucket$|_sum$/.test(name))
      .map(({ name, labels, value }) => ({ name, labels, value }));
    const server = {
      http_request_method: "POST",
      server_address: "127.0.0.1",
      server_port: "4000",
      ...scope,
    };
    expect(counts).toEqual([
      {
        name: "apollo_router_graphql_error_total",
        labels: { code: "BOOM", subgraph_name: "a", ...scope },
        value: 1,
      },
      {
        name: "apollo_router_operations_total",
        labels: { http_response_status_code: "200", ...scope },
        value: 1,
      },
      {
        name: "apollo_router_operations_total",
        labels: { http_response_status_code: "400", ...scope },
        value: 1,
      },
      {
        name: "apollo_router_overhead_seconds_count",
        labels: { subgraph_active_requests: "false", ...scope },
        value: 2,
      },
      ...["request_body_size_bytes", "request_duration_seconds", "response_body_size_bytes"].map((name) => ({
        name: `http_client_${name}_count`,
        labels: { subgraph_name: "a", ...scope },
        value: 2,
      })),
      { name: "http_server_active_requests", labels: { http_request_method: "POST", ...scope }, value: 0 },
      ...["request_body_size_bytes", "request_duration_seconds", "response_body_size_bytes"].flatMap(
        (name) => [
          {
            name: `http_server_${name}_count`,
            labels: { ...server, http_response_status_code: "200" },
            value: 1,
          },
          {
            name: `http_server_${name}_count`,
            labels: { ...server, error_type: "Bad Request", http_response_status_code: "400" },
            value: 1,
          },
        ],
      ),
      {
        name: "target_info",
        labels: {
          process_executable_name: "router",
          service_name: "unknown_service:router",
          service_version: "9.9.9",
        },
        value: 1,
      },
    ]);
  });

  test("buckets add up and end with everything", () => {
    const { telemetry } = startTelemetry(measured);
    telemetry.meters.schemaLoaded(250);
    telemetry.meters.schemaLoaded(60_000);
    const buckets = readSamples(telemetry.renderPrometheus()).filter(({ name }) =>
      name.endsWith("load_duration_bucket"),
    );
    expect(buckets.map(({ labels, value }) => [labels.le, value])).toEqual([
      ...["0.001", "0.005", "0.015", "0.05", "0.1", "0.2"].map((le) => [le, 0]),
      ...["0.3", "0.4", "0.5", "1", "5", "10"].map((le) => [le, 1]),
      ["+Inf", 2],
    ]);
  });

  test("gauges of the process are read when looked at, and end with their watch", () => {
    const { telemetry } = startTelemetry(measured);
    const { meters } = telemetry;
    let entries = 1;
    const stop = meters.watchCache("query planner", "memory", () => ({ entries, bytes: 100 }));
    const ended = meters.pipelineStarted({ schemaId: "s", configHash: "c" });
    entries = 7;
    meters.stateChanged("NoMoreSchema", "Running");
    meters.queryPlanned({ outcome: "success", planMs: 1, totalMs: 2 });
    const find = (name: string) =>
      readSamples(telemetry.renderPrometheus()).find((sample) => sample.name === name);
    const labels = { kind: "query planner", type: "memory", ...scope };
    expect(find("apollo_router_cache_size")).toEqual({ name: "apollo_router_cache_size", labels, value: 7 });
    expect(find("apollo_router_cache_storage_estimated_size")?.value).toBe(100);
    expect(find("apollo_router_pipelines")).toMatchObject({
      labels: { schema_id: "s", config_hash: "c" },
      value: 1,
    });
    expect(find("apollo_router_state_change_total")?.labels).toMatchObject({ previous_state: "startup" });
    expect(find("apollo_router_query_planning_plan_duration_count")?.labels).toMatchObject({
      outcome: "success",
    });
    ended();
    ended();
    stop();
    entries = 9;
    expect(find("apollo_router_pipelines")?.value).toBe(0);
    expect(find("apollo_router_cache_size")?.value).toBe(7);
  });

  test("more label sets than the limit end in one overflow series", () => {
    const { telemetry } = startTelemetry({
      exporters: { metrics: { ...prometheus, common: { cardinalityLimit: 3 } } },
    });
    for (let index = 0; index < 10; index++) {
      telemetry.observeRequest(requestWith()).graphqlErrors([`CODE_${index}`]);
    }
    const samples = readSamples(telemetry.renderPrometheus());
    const errors = samples.filter(({ name }) => name === "apollo_router_graphql_error_total");
    expect(errors.map(({ labels, value }) => [labels.code ?? labels.otel_metric_overflow, value])).toEqual([
      ["CODE_0", 1],
      ["CODE_1", 1],
      ["CODE_2", 1],
      ["true", 7],
    ]);
    const overflow = samples.find(({ name }) =>
      name.startsWith("apollo_router_telemetry_metrics_cardinality"),
    );
    expect(overflow).toMatchObject({ labels: { metric_name: "apollo.router.graphql_error" }, value: 7 });
  });

  test("views rename, rebucket, drop labels and metrics", () => {
    const { telemetry } = startTelemetry({
      exporters: {
        metrics: {
          ...prometheus,
          common: {
            views: [
              {
                name: "http.server.request.duration",
                rename: "my.latency",
                aggregation: { histogram: { buckets: [2, 1] } },
              },
              { name: "apollo.router.operations", aggregation: "drop" },
              { name: "apollo.router.graphql_error", allowedAttributeKeys: [] },
            ],
          },
        },
      },
    });
    observeOne(telemetry, { errorCode: "A" });
    observeOne(telemetry, { errorCode: "B" });
    const samples = readSamples(telemetry.renderPrometheus());
    expect(
      samples.filter(({ name }) => name === "my_latency_seconds_bucket").map(({ labels }) => labels.le),
    ).toEqual(["1", "2", "+Inf"]);
    expect(samples.some(({ name }) => name.startsWith("apollo_router_operations"))).toBe(false);
    expect(samples.filter(({ name }) => name === "apollo_router_graphql_error_total")).toEqual([
      { name: "apollo_router_graphql_error_total", labels: scope, value: 2 },
    ]);
  });

  test("label values cannot break out", () => {
    const { telemetry } = startTelemetry(measured);
    telemetry.observeRequest(requestWith()).graphqlErrors(['"} 1\nevil{a="\\']);
    const samples = readSamples(telemetry.renderPrometheus());
    expect(samples[0]?.labels.code).toBe('"} 1\nevil{a="\\');
  });

  test("reloading new buckets keeps what is under way balanced", () => {
    const { telemetry } = startTelemetry(measured);
    const observer = telemetry.observeRequest(requestWith());
    telemetry.reconfigure(
      optionsWith({ exporters: { metrics: { ...prometheus, common: { buckets: [1] } } } }),
    );
    observer.end({ status: 200 });
    observeOne(telemetry);
    const samples = readSamples(telemetry.renderPrometheus());
    expect(samples.find(({ name }) => name === "http_server_active_requests")?.value).toBe(0);
    const buckets = samples.filter(({ name }) => name === "http_server_request_duration_seconds_bucket");
    expect(buckets.map(({ labels }) => labels.le)).toEqual(["1", "+Inf"]);
  });

  test("is empty while off", () => {
    const { telemetry } = startTelemetry();
    observeOne(telemetry);
    expect(telemetry.renderPrometheus()).toBe("");
  });
});

describe("request ids", () => {
  test("a plain id of the client is kept, another is not", () => {
    const { telemetry } = startTelemetry();
    expect(telemetry.observeRequest(requestWith({ "x-request-id": "abc-1" })).requestId).toBe("abc-1");
    expect(telemetry.observeRequest(requestWith({ "x-request-id": 'a" b' })).requestId).toMatch(
      /^[\da-f]{16}$/,
    );
  });
});
