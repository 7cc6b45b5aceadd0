import { createTelemetry } from "../router/src/telemetry/create-telemetry.ts";
import { defaultTelemetryOptions } from "../router/src/telemetry/default-options.ts";
import type { Telemetry } from "../router/src/telemetry/observer.ts";
import type { TelemetryOptions } from "../router/src/telemetry/telemetry-options.ts";

const requests = 10_000;
const requestsPerPause = 10;
const pauseMs = 5;
const fetchesPerRequest = 7;
const rounds = 2;

/** CPU time of one observed request with five stages and seven fetches, export included. */
async function run(): Promise<void> {
  const collector = Bun.spawn([process.execPath, import.meta.path, "collector"], { stdout: "pipe" });
  const port = await readFirstLine(collector.stdout);
  const endpoint = `127.0.0.1:${port}`;
  const cases: [string, TelemetryOptions][] = [
    ["everything off", defaultTelemetryOptions],
    ["Prometheus", optionsWith({ prometheus: true })],
    ["Prometheus, traces at 1 %", optionsWith({ prometheus: true, endpoint, ratio: 0.01 })],
    ["Prometheus, traces at 100 %", optionsWith({ prometheus: true, endpoint, ratio: 1 })],
  ];
  console.log(`${requests} requests, ${fetchesPerRequest} fetches each, best of ${rounds}`);
  for (const [name, options] of cases) {
    const { cpuMicroseconds, droppedSpans } = await measure(options);
    const dropped = droppedSpans === 0 ? "" : `, ${droppedSpans} spans dropped by the full queue`;
    console.log(`${name.padEnd(30)}${cpuMicroseconds.toFixed(2)} µs${dropped}`);
  }
  collector.kill();
}

async function measure(
  options: TelemetryOptions,
): Promise<{ cpuMicroseconds: number; droppedSpans: number }> {
  const best = { cpuMicroseconds: Number.POSITIVE_INFINITY, droppedSpans: 0 };
  const idle = await measureIdle();
  for (let round = 0; round < rounds; round++) {
    const telemetry = createTelemetry(options, {
      environment: {},
      version: "bench",
      logDestination: { write() {} },
    });
    await observe(telemetry, 2_000);
    const before = process.cpuUsage();
    await observe(telemetry, requests);
    const { user, system } = process.cpuUsage(before);
    const cpuMicroseconds = (user + system) / requests - idle;
    if (cpuMicroseconds < best.cpuMicroseconds) {
      Object.assign(best, { cpuMicroseconds, droppedSpans: readDropped(telemetry.renderPrometheus()) });
    }
    await telemetry.shutdown(2_000);
  }
  return best;
}

function readDropped(text: string): number {
  const line = text
    .split("\n")
    .find((candidate) => candidate.startsWith("apollo_router_telemetry_batch_processor_errors_total{"));
  return Number(line?.split(" ").at(-1) ?? 0);
}

const headers = new Headers({ "content-type": "application/json", "user-agent": "bench" });
const answerHeaders = new Headers({ "content-type": "application/json" });
const url = new URL("http://127.0.0.1:4001/graphql");

/** At a pace that an exporter can keep up with: about 2,000 requests a second. */
async function observe(telemetry: Telemetry, count: number): Promise<void> {
  for (let index = 1; index <= count; index++) {
    observeRequest(telemetry);
    if (index % requestsPerPause === 0) await Bun.sleep(pauseMs);
  }
}

/** What the pauses themselves cost for each request. */
async function measureIdle(): Promise<number> {
  const before = process.cpuUsage();
  for (let pause = 0; pause < requests / requestsPerPause; pause++) await Bun.sleep(pauseMs);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / requests;
}

function observeRequest(telemetry: Telemetry): void {
  const observer = telemetry.observeRequest({
    ...{ method: "POST", path: "/graphql", headers, bodyBytes: 300 },
    ...{ serverAddress: "127.0.0.1", serverPort: 4000 },
  });
  observer.stage("parse_query").end();
  observer.operation({ name: "Bench", kind: "query" });
  const supergraph = observer.stage("supergraph");
  observer.stage("query_planning").end();
  const execution = observer.stage("execution");
  for (let index = 0; index < fetchesPerRequest; index++) {
    const sent: Record<string, string> = {};
    const fetch = observer.subgraphFetch({
      subgraph: "accounts",
      operationName: "Bench__accounts",
      operationKind: "query",
      url,
    });
    fetch.injectTraceHeaders(sent);
    fetch.end({ status: 200, bytes: 900, headers: answerHeaders });
  }
  execution.end();
  supergraph.end();
  observer.stage("format_response").end();
  observer.end({ status: 200, bytes: 90_000, headers: answerHeaders });
}

interface BenchCase {
  prometheus: boolean;
  endpoint?: string;
  ratio?: number;
}

function optionsWith({ prometheus, endpoint, ratio = 1 }: BenchCase): TelemetryOptions {
  const { exporters } = defaultTelemetryOptions;
  const { metrics, tracing } = exporters;
  const otlp = { ...tracing.otlp, enabled: endpoint !== undefined, endpoint, protocol: "http" as const };
  return {
    ...defaultTelemetryOptions,
    exporters: {
      ...exporters,
      metrics: { ...metrics, prometheus: { ...metrics.prometheus, enabled: prometheus } },
      tracing: { ...tracing, otlp, common: { ...tracing.common, sampler: ratio } },
    },
  };
}

async function readFirstLine(stream: ReadableStream<Uint8Array>): Promise<string> {
  for await (const chunk of stream) return new TextDecoder().decode(chunk).trim();
  throw new Error("the collector did not start");
}

function serveCollector(): void {
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request) => new Response((await request.bytes()).subarray(0, 0)),
  });
  console.log(server.port);
}

if (process.argv[2] === "collector") serveCollector();
else await run();
