import type { HeaderReader } from "../observer.ts";
import type { TracingOptions } from "../telemetry-options.ts";
import { createPropagation, type OutgoingContext, readBaggage } from "./propagation.ts";
import { createSampler } from "./sampler.ts";
import { Span, type SpanKind } from "./span.ts";
import type { SpanQueue } from "./span-queue.ts";
import { newSpanId, newTraceId } from "./trace-id.ts";

/** The trace that one request belongs to. */
export interface RequestTrace {
  readonly traceId: string;
  readonly sampled: boolean;
  readonly traceState: string | undefined;
  readonly baggage: string | undefined;
  readonly parentSpanId: string | undefined;
  /** Sent on when this request has no spans of its own. */
  readonly spanId: string;
}

export interface Tracer {
  begin(headers: HeaderReader): RequestTrace;
  /** `undefined` when the request is not sampled, or nothing is exported. */
  startSpan(trace: RequestTrace, name: string, kind: SpanKind, parent: Span | undefined): Span | undefined;
  endSpan(span: Span): void;
  inject(trace: RequestTrace, span: Span | undefined, headers: Record<string, string>): void;
}

/** `undefined` when there is neither export, nor propagation, nor a trace id to show. */
export function createTracer(
  options: TracingOptions,
  queue: Pick<SpanQueue, "add"> | undefined,
): Tracer | undefined {
  const { common, propagation: formats, otlp, experimentalResponseTraceId } = options;
  const propagation = createPropagation({ ...formats, traceContext: formats.traceContext || otlp.enabled });
  if (!propagation && !queue && !experimentalResponseTraceId.enabled) return undefined;
  const isSampled = createSampler(common.sampler, common.parentBasedSampler);
  return {
    begin(headers) {
      const parent = propagation?.extract(headers);
      const traceId = parent?.traceId ?? newTraceId();
      return {
        traceId,
        sampled: isSampled(traceId, parent?.sampled),
        traceState: parent?.traceState,
        baggage: readBaggage(headers),
        parentSpanId: parent?.spanId,
        spanId: newSpanId(),
      };
    },
    startSpan(trace, name, kind, parent) {
      if (!queue || !trace.sampled) return undefined;
      const { traceId, traceState } = trace;
      const parentSpanId = parent?.spanId ?? trace.parentSpanId;
      return new Span({
        name,
        kind,
        traceId,
        traceState,
        parentSpanId,
        attributesMax: common.maxAttributesPerSpan,
      });
    },
    endSpan(span) {
      span.endMs = performance.now();
      queue?.add(span);
    },
    inject(trace, span, headers) {
      if (!propagation) return;
      const { traceId, sampled, traceState, baggage } = trace;
      const context: OutgoingContext = {
        traceId,
        spanId: span?.spanId ?? trace.spanId,
        sampled,
        traceState,
        baggage,
      };
      propagation.inject(context, headers);
    },
  };
}
