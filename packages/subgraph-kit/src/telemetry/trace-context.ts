import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from "@opentelemetry/api";

const tracer = trace.getTracer("@mycelium/subgraph-kit");

/** A span for a request, under the one that the router names in `traceparent`. https://www.w3.org/TR/trace-context/ */
export function startRequestSpan(subgraph: string, traceparent: string | null): Span {
  return tracer.startSpan(
    `subgraph ${subgraph}`,
    { kind: SpanKind.SERVER, attributes: { "subgraph.name": subgraph } },
    parentOf(traceparent),
  );
}

/** For a call to the outside that belongs to the request. The router's own where nothing here records spans. */
export function traceparentOf(span: Span, received: string | null): string | undefined {
  const { traceId, spanId, traceFlags } = span.spanContext();
  if (!span.isRecording()) return received ?? undefined;
  return `00-${traceId}-${spanId}-${String(traceFlags).padStart(2, "0")}`;
}

export function endRequestSpan(
  span: Span,
  options: { status: number; success: boolean; operation: string },
): void {
  span.setAttributes({
    "http.response.status_code": options.status,
    "graphql.operation.name": options.operation,
  });
  if (!options.success) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

const pattern = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

function parentOf(traceparent: string | null): Context {
  const [, traceId, spanId, flags] = pattern.exec(traceparent ?? "") ?? [];
  if (!traceId || !spanId || !flags) return ROOT_CONTEXT;
  const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}
