import { trace } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import type { Environment } from "./host.ts";

const exportTimeoutMs = 10_000;
const spansWaitingMax = 4_096;

/**
 * Where OpenTelemetry's own variables name a collector, the subgraphs' spans go to it, under those of the router.
 * Answers how to send what is left and stop.
 */
export function openTraces(environment: Environment): () => Promise<void> {
  const url = readCollector(environment);
  if (url === undefined) return async () => {};
  const exporter = new OTLPTraceExporter({ url, timeoutMillis: exportTimeoutMs });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ "service.name": environment.OTEL_SERVICE_NAME || "mycelium" }),
    spanProcessors: [new BatchSpanProcessor({ exporter, maxQueueSize: spansWaitingMax })],
  });
  trace.setGlobalTracerProvider(provider);
  return async () => {
    trace.disable();
    // What a collector that is away does not take is lost: nobody waits for it.
    await provider.shutdown().catch(() => {});
  };
}

/** https://opentelemetry.io/docs/specs/otel/protocol/exporter/ */
function readCollector({
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: ofTraces,
  OTEL_EXPORTER_OTLP_ENDPOINT: base,
}: Environment): string | undefined {
  if (ofTraces) return ofTraces;
  return base ? `${base.replace(/\/$/, "")}/v1/traces` : undefined;
}
