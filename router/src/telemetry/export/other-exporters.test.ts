import { afterAll, afterEach, describe, expect, test } from "bun:test";
import type { BatchOptions } from "../telemetry-options.ts";
import { readMessagePack } from "../test-support/message-pack-reader.ts";
import { observeOne, startTelemetry } from "../test-support/start-telemetry.ts";
import { completeEndpoint } from "./span-exporter.ts";

interface Received {
  path: string;
  headers: Headers;
  body: Uint8Array;
}

const received: Received[] = [];
let status = 202;
const collector = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  async fetch(request) {
    const { pathname: path } = new URL(request.url);
    received.push({ path, headers: request.headers, body: await request.bytes() });
    return new Response("{}", { status });
  },
});
afterAll(() => collector.stop(true));
afterEach(() => {
  received.length = 0;
  status = 202;
});

const endpoint = `http://127.0.0.1:${collector.port}`;
const batchProcessor: BatchOptions = {
  scheduledDelayMs: 60_000,
  maxQueueSize: 2_048,
  maxExportBatchSize: 512,
  maxExportTimeoutMs: 2_000,
  maxConcurrentExports: 1,
};
const zipkin = { enabled: true, endpoint, batchProcessor };
const datadog = {
  ...zipkin,
  enableSpanMapping: true,
  fixedSpanNames: true,
  resourceMapping: {},
  spanMetrics: { router: true, supergraph: true },
};
const common = { serviceName: "edge", resource: { env: "test" } };

interface ZipkinSpan {
  id: string;
  parentId?: string;
  traceId: string;
  name: string;
  timestamp: number;
  duration: number;
}

describe("Zipkin", () => {
  test("gets a request's spans as one tree", async () => {
    const { telemetry } = startTelemetry({ exporters: { tracing: { zipkin, common } } });
    const sent = observeOne(telemetry, { errorCode: "BOOM" });
    await telemetry.shutdown(3_000);
    const [request, ...others] = received;
    expect(others).toEqual([]);
    expect(request!.path).toBe("/api/v2/spans");
    expect(request!.headers.get("content-type")).toBe("application/json");
    const spans = JSON.parse(Buffer.from(request!.body).toString()) as ZipkinSpan[];
    const byId = new Map(spans.map((span) => [span.id, span]));
    const roots = spans.filter(({ parentId }) => !byId.has(parentId ?? ""));
    expect(roots).toMatchObject([{ kind: "SERVER", localEndpoint: { serviceName: "edge" } }]);
    const fetch = spans.find(({ name }) => name === "subgraph_request")!;
    expect(fetch).toMatchObject({
      kind: "CLIENT",
      traceId: roots[0]!.traceId,
      tags: { error: "BOOM", "otel.status_code": "ERROR", "apollo.subgraph.name": expect.any(String) },
    });
    expect(byId.get(fetch.parentId!)).toMatchObject({ name: "subgraph" });
    for (const { timestamp, duration } of spans) {
      expect(Math.abs(timestamp / 1_000 - Date.now())).toBeLessThan(60_000);
      expect(Number.isInteger(duration) && duration >= 1).toBe(true);
    }
    expect(sent).toEqual({});
  });
});

type DatadogSpan = [
  number,
  number,
  number,
  bigint,
  bigint,
  bigint,
  bigint,
  bigint,
  number,
  Map<number, number>,
  Map<number, number>,
  number,
];

function readPayload({ body }: Received) {
  const [texts, traces] = readMessagePack(body) as [string[], DatadogSpan[][]];
  return traces.map((trace) =>
    trace.map(
      ([
        service,
        name,
        resource,
        traceId,
        spanId,
        parentId,
        startNs,
        durationNs,
        error,
        meta,
        metrics,
        type,
      ]) => ({
        service: texts[service],
        name: texts[name],
        resource: texts[resource],
        traceId,
        spanId,
        parentId,
        startNs,
        durationNs,
        error,
        meta: Object.fromEntries([...meta].map(([key, value]) => [texts[key], texts[value]])),
        metrics: Object.fromEntries([...metrics].map(([key, value]) => [texts[key], value])),
        type: texts[type],
      }),
    ),
  );
}

describe("Datadog's agent", () => {
  test("gets each trace with names, resources and tags as it reads them", async () => {
    const { telemetry } = startTelemetry({ exporters: { tracing: { datadog, common } } });
    observeOne(telemetry, { errorCode: "BOOM" });
    observeOne(telemetry);
    await telemetry.shutdown(3_000);
    const [request, ...others] = received;
    expect(others).toEqual([]);
    expect(request!.path).toBe("/v0.5/traces");
    expect(request!.headers.get("content-type")).toBe("application/msgpack");
    expect(request!.headers.get("x-datadog-trace-count")).toBe("2");
    const [failed, well] = readPayload(request!);
    const router = failed!.find(({ name }) => name === "router")!;
    expect(router).toMatchObject({
      service: "edge",
      parentId: 0n,
      type: "",
      meta: { "span.kind": "server", env: "test", version: "9.9.9" },
      metrics: { _sampling_priority_v1: 1, "_dd.measured": 1 },
    });
    const fetch = failed!.find(({ name }) => name === "subgraph_request")!;
    expect(fetch).toMatchObject({
      error: 1,
      traceId: router.traceId,
      resource: fetch.meta["graphql.operation.name"]!,
      meta: { "span.kind": "client", "error.msg": "BOOM" },
      metrics: { "_dd.measured": 0 },
    });
    expect(failed!.some(({ spanId }) => spanId === fetch.parentId)).toBe(true);
    expect(well!.every(({ error }) => error === 0)).toBe(true);
    expect(Math.abs(Number(router.startNs / 1_000_000n) - Date.now())).toBeLessThan(60_000);
    expect(router.durationNs >= fetch.durationNs).toBe(true);
  });

  test.each([
    { sampler: "always_off", priority: undefined, told: 0, reaches: ["/v0.5/traces"] },
    { sampler: "always_on", priority: undefined, told: 1, reaches: ["/api/v2/spans", "/v0.5/traces"] },
    { sampler: "always_on", priority: "-1", told: -1, reaches: ["/v0.5/traces"] },
    { sampler: "always_off", priority: "2", told: 2, reaches: ["/api/v2/spans", "/v0.5/traces"] },
  ] as const)(
    "samples itself: $sampler, asked for $priority",
    async ({ sampler, priority, told, reaches }) => {
      const agentSampling = { sampler, previewDatadogAgentSampling: true };
      const propagation = { datadog: true };
      const { telemetry } = startTelemetry({
        exporters: { tracing: { zipkin, datadog, propagation, common: agentSampling } },
      });
      const asked = priority && {
        ...{ "x-datadog-trace-id": "7", "x-datadog-parent-id": "8", "x-datadog-sampling-priority": priority },
      };
      const sent = observeOne(telemetry, { headers: asked ?? {} });
      await telemetry.shutdown(3_000);
      expect(received.map(({ path }) => path).sort()).toEqual([...reaches]);
      const spans = readPayload(received.find(({ path }) => path === "/v0.5/traces")!).flat();
      expect(spans.length).toBeGreaterThan(3);
      for (const { metrics, meta } of spans) {
        expect(metrics).toEqual({ _sampling_priority_v1: told, "_dd.measured": 1 });
        expect(meta["sampling.priority"]).toBe(String(told));
      }
      expect(sent["x-datadog-sampling-priority"]).toBe(String(told));
    },
  );

  test("is found by its own variables, before the file", async () => {
    const environment = { DD_AGENT_HOST: "127.0.0.1", DD_TRACE_AGENT_PORT: String(collector.port) };
    const elsewhere = { ...datadog, endpoint: "http://127.0.0.1:1" };
    const { telemetry } = startTelemetry({ exporters: { tracing: { datadog: elsewhere } } }, { environment });
    observeOne(telemetry);
    await telemetry.shutdown(3_000);
    expect(received.map(({ path }) => path)).toEqual(["/v0.5/traces"]);
  });

  test("that refuses them is one line in the log", async () => {
    status = 500;
    const { telemetry, lines } = startTelemetry({ exporters: { tracing: { datadog } } });
    observeOne(telemetry);
    await telemetry.shutdown(3_000);
    expect(lines.filter((line) => line.includes("spans did not reach the collector")).length).toBe(1);
  });
});

test("several exporters get the same spans, each its own share", async () => {
  const tracing = { zipkin, datadog: { ...datadog, sampler: "always_off" as const } };
  const { telemetry } = startTelemetry({
    exporters: { tracing: { ...tracing, common: { parentBasedSampler: false } } },
  });
  observeOne(telemetry);
  await telemetry.shutdown(3_000);
  expect(received.map(({ path }) => path)).toEqual(["/api/v2/spans"]);
});

test.each([
  [undefined, "http://127.0.0.1:9411/api/v2/spans"],
  ["default", "http://127.0.0.1:9411/api/v2/spans"],
  ["zipkin", "http://zipkin:9411/api/v2/spans"],
  ["http://zipkin:1/x", "http://zipkin:1/x"],
  ["https://zipkin", "https://zipkin:9411/api/v2/spans"],
  ["http://zipkin:80/", "http://zipkin/api/v2/spans"],
])("the endpoint %p is completed from the usual one", (endpoint, expected) => {
  expect(completeEndpoint(endpoint, "http://127.0.0.1:9411/api/v2/spans")).toBe(expected);
});
