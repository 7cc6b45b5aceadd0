import { buildResource } from "../resource.ts";
import type { TracingOptions } from "../telemetry-options.ts";
import { createSampler } from "../traces/sampler.ts";
import type { Span } from "../traces/span.ts";
import { createSpanQueue, type SpanQueue } from "../traces/span-queue.ts";
import { datadogDestination } from "./datadog.ts";
import type { ExportParts } from "./export-parts.ts";
import { otlpDestination } from "./otlp-destination.ts";
import type { SpanDestination } from "./span-exporter.ts";
import { zipkinDestination } from "./zipkin.ts";

export interface TraceExports {
  readonly queue: Pick<SpanQueue, "add">;
  stop(): Promise<void>;
}

/** `undefined` while traces go nowhere. */
export function startTraceExports(options: TracingOptions, parts: ExportParts): TraceExports | undefined {
  const { otlp, zipkin, datadog } = options;
  const { previewDatadogAgentSampling } = options.common;
  const { environment } = parts;
  const destinations = [
    ...(otlp.enabled ? [otlpDestination(otlp, environment)] : []),
    ...(zipkin?.enabled ? [zipkinDestination(zipkin, environment)] : []),
    ...(datadog?.enabled
      ? [datadogDestination({ ...datadog, previewDatadogAgentSampling }, environment)]
      : []),
  ];
  const exports = destinations.map((destination) => startExport(destination, options.common, parts));
  const [first, ...others] = exports;
  if (!first) return undefined;
  const addToAll = (span: Span) => {
    for (const { queue } of exports) queue.add(span);
  };
  return {
    queue: others.length === 0 ? first.queue : { add: addToAll },
    async stop() {
      await Promise.allSettled(exports.map((each) => each.stop()));
    },
  };
}

const batchErrors = {
  name: "apollo.router.telemetry.batch_processor.errors",
  kind: "counter",
  description: "Errors when sending to a batch processor",
} as const;

function startExport(destination: SpanDestination, common: TracingOptions["common"], parts: ExportParts) {
  const { logger, metrics, environment, version } = parts;
  const { name, url } = destination;
  const loading = destination.load(buildResource(common, { environment, version }));
  loading.catch((error: unknown) =>
    logger.error({ err: error }, "the exporter of traces could not be loaded"),
  );
  const isWithinOwnRatio = createOwnSampler(destination.sampler, common);
  const isWanted = (span: Span) =>
    (destination.takesDropped || span.start.samplingPriority > 0) && isWithinOwnRatio(span);
  const queue = createSpanQueue({
    options: destination.batchProcessor,
    async exportSpans(spans) {
      await (await loading).send(spans);
    },
    onError(error, spans) {
      metrics.instrument(batchErrors).record(spans, ["name", "error"], [name, error]);
      if (error === "export failed") logger.warn({ spans, url }, "spans did not reach the collector");
    },
  });
  return {
    queue: { add: (span: Span) => (isWanted(span) ? queue.add(span) : undefined) },
    async stop() {
      queue.close();
      await queue.flush();
      await (await loading).shutdown();
    },
  };
}

/**
 * An exporter's own ratio. What a caller's decision let in beyond the common ratio passes, since no
 * ratio chose it.
 */
function createOwnSampler(sampler: SpanDestination["sampler"], common: TracingOptions["common"]) {
  if (sampler === undefined) return () => true;
  const isOwn = createSampler(sampler, false);
  const isCommon = createSampler(common.sampler, false);
  return ({ start: { traceId } }: Span) =>
    isOwn(traceId, undefined) || (common.parentBasedSampler && !isCommon(traceId, undefined));
}
