import type { HeaderReader } from "../observer.ts";
import type { TracingOptions } from "../telemetry-options.ts";
import {
  createPropagation,
  type OutgoingContext,
  type ParentContext,
  readBaggage,
  type SamplingPriority,
} from "./propagation.ts";
import { createSampler } from "./sampler.ts";
import { Span, type SpanKind } from "./span.ts";
import type { SpanQueue } from "./span-queue.ts";
import { newSpanId, newTraceId } from "./trace-id.ts";

/** The trace that one request belongs to. */
export interface RequestTrace {
  readonly traceId: string;
  readonly sampled: boolean;
  readonly samplingPriority: SamplingPriority;
  readonly traceState: string | undefined;
  readonly baggage: string | undefined;
  readonly parentSpanId: string | undefined;
  /** Sent on when this request has no spans of its own. */
  readonly spanId: string;
}

export interface Tracer {
  begin(headers: HeaderReader): RequestTrace;
  /** `undefined` when the request is not sampled, unless Datadog's agent samples, or nothing is exported. */
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
  const agentDecides = common.previewDatadogAgentSampling;
  const isSampled = createSampler(common.sampler, common.parentBasedSampler);
  return {
    begin(headers) {
      const parent = propagation?.extract(headers);
      const traceId = parent?.traceId ?? newTraceId();
      const sampled = isSampled(traceId, parent?.sampled);
      return {
        traceId,
        sampled,
        samplingPriority: priorityOf(sampled, parent),
        traceState: parent?.traceState,
        baggage: readBaggage(headers),
        parentSpanId: parent?.spanId,
        spanId: newSpanId(),
      };
    },
    startSpan(trace, name, kind, parent) {
      if (!queue || !(trace.sampled || agentDecides)) return undefined;
      const { traceId, traceState, samplingPriority } = trace;
      const parentSpanId = parent?.spanId ?? trace.parentSpanId;
      const span = new Span({
        name,
        kind,
        traceId,
        traceState,
        parentSpanId,
        samplingPriority,
        attributesMax: common.maxAttributesPerSpan,
      });
      // For an agent that is reached by OTLP.
      if (agentDecides) span.set("sampling.priority", samplingPriority);
      return span;
    },
    endSpan(span) {
      span.endMs = performance.now();
      queue?.add(span);
    },
    inject(trace, span, headers) {
      if (!propagation) return;
      const { traceId, sampled, samplingPriority, traceState, baggage } = trace;
      const context: OutgoingContext = {
        traceId,
        spanId: span?.spanId ?? trace.spanId,
        sampled,
        samplingPriority,
        traceState,
        baggage,
      };
      propagation.inject(context, headers);
    },
  };
}

/** What a person decided stays, unless the sampler decided otherwise. */
function priorityOf(sampled: boolean, parent: ParentContext | undefined): SamplingPriority {
  const given = parent?.samplingPriority;
  if (given !== undefined && given > 0 === sampled) return given;
  return sampled ? 1 : 0;
}
