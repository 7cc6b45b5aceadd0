import type { Logger } from "pino";
import type { MetricRegistry } from "../metrics/metric-registry.ts";
import { buildResource } from "../resource.ts";
import type { TelemetryOptions } from "../telemetry-options.ts";
import { createSampler } from "../traces/sampler.ts";
import type { Span } from "../traces/span.ts";
import { createSpanQueue, type SpanQueue } from "../traces/span-queue.ts";
import { resolveOtlpTarget } from "./otlp-endpoint.ts";
import { loadMetricExporter, loadTraceExporter } from "./otlp-exporters.ts";

export interface Exports {
  /** `undefined` while traces are not exported. */
  readonly queue: SpanQueue | undefined;
  /** Sends what waits, closes connections; never rejects. */
  stop(): Promise<void>;
}

export interface ExportParts {
  logger: Logger;
  metrics: MetricRegistry;
  environment: Readonly<Record<string, string | undefined>>;
  version: string;
}

export function startExports(options: TelemetryOptions["exporters"], parts: ExportParts): Exports {
  const traces = options.tracing.otlp.enabled ? startTraces(options.tracing, parts) : undefined;
  const metrics = options.metrics.otlp.enabled ? startMetrics(options.metrics, parts) : undefined;
  return {
    queue: traces?.queue,
    async stop() {
      await Promise.allSettled([traces?.stop(), metrics?.stop()]);
    },
  };
}

const batchErrors = {
  name: "apollo.router.telemetry.batch_processor.errors",
  kind: "counter",
  description: "Errors when sending to a batch processor",
} as const;

function startTraces({ otlp, common }: TelemetryOptions["exporters"]["tracing"], parts: ExportParts) {
  const { logger, metrics, environment, version } = parts;
  const resource = buildResource(common, { environment, version });
  const target = resolveOtlpTarget(otlp, "traces", environment);
  const loading = Promise.all([loadTraceExporter(otlp, target), import("./span-to-sdk.ts")]);
  loading.catch((error: unknown) =>
    logger.error({ err: error }, "the exporter of traces could not be loaded"),
  );
  const isWithinOwnRatio = createOwnSampler({ otlp, common });
  const queue = createSpanQueue({
    options: otlp.batchProcessor,
    async exportSpans(spans) {
      const [exporter, { toSdkSpans }] = await loading;
      await exporter.send(toSdkSpans(spans, resource));
    },
    onError(error, spans) {
      metrics.instrument(batchErrors).record(spans, ["name", "error"], ["otlp-tracing", error]);
      if (error === "export failed")
        logger.warn({ spans, url: target.url }, "spans did not reach the collector");
    },
  });
  return {
    queue: { ...queue, add: (span: Span) => (isWithinOwnRatio(span) ? queue.add(span) : undefined) },
    async stop() {
      queue.close();
      await queue.flush();
      await (await loading)[0].shutdown();
    },
  };
}

/**
 * This exporter's own ratio. What a caller's decision let in beyond the common ratio passes, since no
 * ratio chose it.
 */
function createOwnSampler({
  otlp,
  common,
}: Pick<TelemetryOptions["exporters"]["tracing"], "otlp" | "common">) {
  if (otlp.sampler === undefined) return () => true;
  const isOwn = createSampler(otlp.sampler, false);
  const isCommon = createSampler(common.sampler, false);
  return ({ start: { traceId } }: Span) =>
    isOwn(traceId, undefined) || (common.parentBasedSampler && !isCommon(traceId, undefined));
}

function startMetrics({ otlp, common }: TelemetryOptions["exporters"]["metrics"], parts: ExportParts) {
  const { logger, metrics, environment, version } = parts;
  const resource = buildResource(common, { environment, version });
  const target = resolveOtlpTarget(otlp, "metrics", environment);
  const loading = loadMetricExporter(otlp, target);
  const readers = import("./metrics-to-sdk.ts").then(({ createMetricReader }) =>
    createMetricReader(resource, otlp.temporality),
  );
  loading.catch((error: unknown) =>
    logger.error({ err: error }, "the exporter of metrics could not be loaded"),
  );
  let isSending = false;
  async function send(): Promise<void> {
    if (isSending) return;
    isSending = true;
    try {
      await (await loading).send((await readers).read(metrics.collect()));
    } catch {
      logger.warn({ url: target.url }, "metrics did not reach the collector");
    }
    isSending = false;
  }
  const timer = setInterval(() => void send(), otlp.batchProcessor.scheduledDelayMs);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await send();
      await (await loading).shutdown();
    },
  };
}
