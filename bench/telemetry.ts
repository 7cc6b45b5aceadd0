import { createTelemetry } from "../router/src/telemetry/create-telemetry.ts";
import type { Telemetry } from "../router/src/telemetry/observer.ts";
import { defaultTelemetryOptions, type TelemetryOptions } from "../router/src/telemetry/telemetry-options.ts";

const requests = 100_000;
const fetchesPerRequest = 7;
const rounds = 3;

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
  for (const [name, options] of cases)
    console.log(`${name.padEnd(30)}${(await measure(options)).toFixed(2)} µs`);
  collector.kill();
}

async function measure(options: TelemetryOptions): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
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
    best = Math.min(best, (user + system) / requests);
    await telemetry.shutdown(2_000);
  }
  return best;
}

const headers = new Headers({ "content-type": "application/json", "user-agent": "bench" });
const answerHeaders = new Headers({ "content-type": "application/json" });
const url = new URL("http://127.0.0.1:4001/graphql");

async function observe(telemetry: Telemetry, count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    observeRequest(telemetry);
    // A router under load has pauses too: exporters send in them.
    if (index % 50 === 0) await new Promise(setImmediate);
  }
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
