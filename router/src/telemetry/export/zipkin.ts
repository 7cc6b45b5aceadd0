import type { Resource } from "../resource.ts";
import type { ZipkinOptions } from "../telemetry-options.ts";
import { type Span, spanKind } from "../traces/span.ts";
import { completeEndpoint, httpExporter, type SpanDestination } from "./span-exporter.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const usualEndpoint = "http://127.0.0.1:9411/api/v2/spans";

/** Zipkin's JSON, version 2: https://zipkin.io/zipkin-api/ */
export function zipkinDestination(options: ZipkinOptions, environment: Environment): SpanDestination {
  const { batchProcessor, sampler } = options;
  const url = environment.OTEL_EXPORTER_ZIPKIN_ENDPOINT ?? completeEndpoint(options.endpoint, usualEndpoint);
  return {
    name: "zipkin-tracing",
    url,
    batchProcessor,
    sampler,
    takesDropped: false,
    load: async (resource) =>
      httpExporter({ url, timeoutMs: batchProcessor.maxExportTimeoutMs }, (spans) => ({
        headers: { "content-type": "application/json" },
        body: JSON.stringify(spans.map((span) => writeSpan(span, resource))),
      })),
  };
}

const kinds = { [spanKind.internal]: undefined, [spanKind.server]: "SERVER", [spanKind.client]: "CLIENT" };

function writeSpan(span: Span, resource: Resource): object {
  const { traceId, parentSpanId, kind } = span.start;
  const tags: Record<string, string> = {};
  for (const [name, value] of Object.entries(span.attributes)) tags[name] = String(value);
  if (span.errorMessage !== undefined) {
    tags["otel.status_code"] = "ERROR";
    tags.error = span.errorMessage === "" ? "true" : span.errorMessage;
  }
  return {
    traceId,
    id: span.spanId,
    parentId: parentSpanId,
    name: span.name,
    kind: kinds[kind],
    timestamp: Math.round((performance.timeOrigin + span.startMs) * 1_000),
    duration: Math.max(1, Math.round((span.endMs - span.startMs) * 1_000)),
    localEndpoint: { serviceName: String(resource["service.name"]) },
    tags,
  };
}
