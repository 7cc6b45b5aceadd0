import { afterAll, describe, expect, test } from "bun:test";
import { promisify } from "node:util";
import { type handleUnaryCall, Server, ServerCredentials } from "@grpc/grpc-js";
import type { BatchOptions } from "../telemetry-options.ts";
import { decodeMetrics, decodeSpans } from "../test-support/otlp-decoder.ts";
import { readSamples } from "../test-support/prometheus-samples.ts";
import { observeOne, startTelemetry } from "../test-support/start-telemetry.ts";

const received: { path: string; headers: Headers; body: Uint8Array }[] = [];

const collector = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  async fetch(request) {
    const body = await request.bytes();
    const isCompressed = request.headers.get("content-encoding") === "gzip";
    received.push({
      path: new URL(request.url).pathname,
      headers: request.headers,
      body: isCompressed ? Bun.gunzipSync(body as Uint8Array<ArrayBuffer>) : body,
    });
    return new Response(new Uint8Array(), { headers: { "content-type": "application/x-protobuf" } });
  },
});
afterAll(() => collector.stop(true));

const endpoint = `127.0.0.1:${collector.port}`;
const slowBatches: BatchOptions = {
  scheduledDelayMs: 60_000,
  maxQueueSize: 2_048,
  maxExportBatchSize: 512,
  maxExportTimeoutMs: 2_000,
  maxConcurrentExports: 1,
};
const otlp = { enabled: true, endpoint, protocol: "http", batchProcessor: slowBatches } as const;

function takeReceived() {
  return received.splice(0);
}

describe("traces", () => {
  test("a request's spans arrive as one tree with Apollo's names", async () => {
    const { telemetry } = startTelemetry({
      exporters: {
        tracing: {
          otlp: { ...otlp, http: { headers: { "x-tenant": "t1" } } },
          common: { serviceName: "edge" },
        },
      },
    });
    const sent = observeOne(telemetry, {
      errorCode: "BOOM",
      headers: { "apollographql-client-name": "web" },
    });
    await telemetry.shutdown(3_000);
    const [request, ...others] = takeReceived();
    expect(others).toEqual([]);
    expect(request?.path).toBe("/v1/traces");
    expect(request?.headers.get("x-tenant")).toBe("t1");
    const spans = decodeSpans(request!.body);
    const byId = new Map(spans.map((span) => [span.spanId, span]));
    const tree = Object.fromEntries(spans.map((span) => [span.name, byId.get(span.parentSpanId)?.name]));
    expect(tree).toEqual({
      "query Hi": undefined,
      supergraph: "query Hi",
      parse_query: "supergraph",
      execution: "supergraph",
      subgraph: "execution",
      subgraph_request: "subgraph",
    });
    const find = (name: string) => spans.find((span) => span.name === name)!;
    expect(sent.traceparent).toBe(`00-${find("query Hi").traceId}-${find("subgraph_request").spanId}-01`);
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
    expect(find("query Hi")).toMatchObject({
      kind: 2,
      statusCode: 0,
      attributes: {
        "http.request.method": "POST",
        "http.response.status_code": 200,
        "http.route": "/",
        "client.name": "web",
      },
      resource: { "service.name": "edge", "service.version": "9.9.9" },
    });
    expect(find("subgraph")).toMatchObject({ kind: 1, statusCode: 2, attributes: { "subgraph.name": "a" } });
    expect(find("subgraph_request").kind).toBe(3);
    expect(find("subgraph_request").attributes["http.url"]).toBe("http://a.test:81/graphql");
    for (const { durationMs } of spans) expect(durationMs).toBeGreaterThanOrEqual(0);
  });

  test("what the caller did not sample is not sent, and said so to subgraphs", async () => {
    const { telemetry } = startTelemetry({ exporters: { tracing: { otlp } } });
    const traceId = "0af7651916cd43dd8448eb211c80319c";
    const sent = observeOne(telemetry, { headers: { traceparent: `00-${traceId}-b7ad6b7169203331-00` } });
    await telemetry.shutdown(3_000);
    expect(takeReceived()).toEqual([]);
    expect(sent.traceparent).toMatch(new RegExp(`^00-${traceId}-[\\da-f]{16}-00$`));
  });

  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const ratios = [
    ["its own ratio takes away from the common one", "always_on", 0],
    ["what a caller decided beyond the common ratio passes", "always_off", 6],
  ] as const;
  for (const [what, sampler, count] of ratios) {
    test(what, async () => {
      const { telemetry } = startTelemetry({
        exporters: { tracing: { otlp: { ...otlp, sampler: "always_off" }, common: { sampler } } },
      });
      observeOne(telemetry, { headers: { traceparent } });
      await telemetry.shutdown(3_000);
      expect(takeReceived().flatMap(({ body }) => decodeSpans(body))).toHaveLength(count);
    });
  }

  test("attributes beyond the limit are left out", async () => {
    const { telemetry } = startTelemetry({
      exporters: { tracing: { otlp, common: { maxAttributesPerSpan: 2 } } },
    });
    observeOne(telemetry);
    await telemetry.shutdown(3_000);
    for (const { attributes } of decodeSpans(takeReceived()[0]!.body))
      expect(Object.keys(attributes).length).toBeLessThanOrEqual(2);
  });

  test("a dead collector costs a bounded number of spans and a bounded time", async () => {
    const dead = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
    const { telemetry } = startTelemetry({
      exporters: {
        metrics: { prometheus: { enabled: true } },
        tracing: {
          otlp: {
            ...otlp,
            endpoint: `127.0.0.1:${dead.port}`,
            batchProcessor: { ...slowBatches, maxQueueSize: 20, maxExportBatchSize: 10 },
          },
        },
      },
    });
    for (let index = 0; index < 20; index++) observeOne(telemetry);
    const samples = readSamples(telemetry.renderPrometheus());
    const dropped = samples.find(
      ({ name }) => name === "apollo_router_telemetry_batch_processor_errors_total",
    );
    // Of 120 spans ten are on their way, and twenty wait.
    expect(dropped).toMatchObject({ labels: { name: "otlp-tracing", error: "channel full" }, value: 90 });
    const startedMs = performance.now();
    await telemetry.shutdown(100);
    expect(performance.now() - startedMs).toBeLessThan(1_000);
    dead.stop(true);
  });
});

describe("metrics", () => {
  const metricsOf = (requests: ReturnType<typeof takeReceived>) =>
    requests.flatMap(({ body }) => decodeMetrics(body));

  test("arrive with names, units and labels", async () => {
    const { telemetry } = startTelemetry({ exporters: { metrics: { otlp } } });
    observeOne(telemetry);
    telemetry.meters.watchCache("APQ", "memory", () => ({ entries: 3 }));
    await telemetry.shutdown(3_000);
    const requests = takeReceived();
    expect(requests.map(({ path }) => path)).toEqual(["/v1/metrics"]);
    const find = (name: string) => metricsOf(requests).find((metric) => metric.name === name);
    expect(find("http.server.request.duration")).toMatchObject({
      unit: "s",
      kind: "histogram",
      temporality: "cumulative",
      points: [{ attributes: { "http.request.method": "POST", "http.response.status_code": 200 }, count: 1 }],
    });
    expect(find("apollo.router.operations")).toMatchObject({ kind: "sum", points: [{ value: 1 }] });
    expect(find("apollo.router.cache.size")).toMatchObject({
      kind: "gauge",
      points: [{ attributes: { kind: "APQ" }, value: 3 }],
    });
  });

  test("delta sends what was added", async () => {
    const batchProcessor = { ...slowBatches, scheduledDelayMs: 30 };
    const { telemetry } = startTelemetry({
      exporters: { metrics: { otlp: { ...otlp, temporality: "delta", batchProcessor } } },
    });
    observeOne(telemetry);
    while (received.length === 0) await Bun.sleep(5);
    observeOne(telemetry);
    observeOne(telemetry);
    await telemetry.shutdown(3_000);
    const sums = metricsOf(takeReceived()).filter(({ name }) => name === "apollo.router.operations");
    expect(sums.every(({ temporality }) => temporality === "delta")).toBe(true);
    expect(sums.reduce((total, { points }) => total + points[0]!.value!, 0)).toBe(3);
  });
});

test("gRPC brings the same spans", async () => {
  const bodies: Buffer[] = [];
  const server = new Server();
  const asIs = (bytes: Buffer) => bytes;
  const path = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
  const codec = {
    requestSerialize: asIs,
    requestDeserialize: asIs,
    responseSerialize: asIs,
    responseDeserialize: asIs,
  };
  const takeSpans: handleUnaryCall<Buffer, Buffer> = (call, answer) => {
    bodies.push(call.request);
    answer(null, Buffer.alloc(0));
  };
  server.addService(
    { Export: { path, requestStream: false, responseStream: false, ...codec } },
    { Export: takeSpans },
  );
  const bind = promisify(server.bindAsync.bind(server));
  const port = await bind("127.0.0.1:0", ServerCredentials.createInsecure());
  const { telemetry } = startTelemetry({
    exporters: { tracing: { otlp: { ...otlp, protocol: "grpc", endpoint: `127.0.0.1:${port}` } } },
  });
  observeOne(telemetry);
  await telemetry.shutdown(3_000);
  server.forceShutdown();
  expect(bodies.flatMap(decodeSpans).map(({ name }) => name)).toContain("subgraph_request");
});

test("without OTLP none of its packages is loaded", async () => {
  const script = `
    const { createTelemetry } = await import("${import.meta.dir}/../create-telemetry.ts");
    const { defaultTelemetryOptions } = await import("${import.meta.dir}/../default-options.ts");
    createTelemetry(defaultTelemetryOptions, { environment: {}, version: "1" });
    console.error(Object.keys(require.cache).filter((path) => /opentelemetry|grpc/.test(path)).length);`;
  const child = Bun.spawn([process.execPath, "-e", script], { stderr: "pipe", stdout: "ignore" });
  expect(await new Response(child.stderr).text()).toBe("0\n");
});
