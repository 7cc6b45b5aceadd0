import { buildResource } from "../resource.ts";
import type { TelemetryOptions } from "../telemetry-options.ts";
import type { SpanQueue } from "../traces/span-queue.ts";
import type { ExportParts } from "./export-parts.ts";
import { resolveOtlpTarget } from "./otlp-endpoint.ts";
import { loadMetricExporter } from "./otlp-exporters.ts";
import { startTraceExports } from "./start-trace-exports.ts";

export interface Exports {
  /** `undefined` while traces are not exported. */
  readonly queue: Pick<SpanQueue, "add"> | undefined;
  /** Sends what waits, closes connections; never rejects. */
  stop(): Promise<void>;
}

export function startExports(options: TelemetryOptions["exporters"], parts: ExportParts): Exports {
  const traces = startTraceExports(options.tracing, parts);
  const metrics = options.metrics.otlp.enabled ? startMetrics(options.metrics, parts) : undefined;
  return {
    queue: traces?.queue,
    async stop() {
      await Promise.allSettled([traces?.stop(), metrics?.stop()]);
    },
  };
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
  let sending: Promise<void> | undefined;
  async function send(): Promise<void> {
    try {
      await (await loading).send((await readers).read(metrics.collect()));
    } catch {
      logger.warn({ url: target.url }, "metrics did not reach the collector");
    }
    sending = undefined;
  }
  function sendUnlessSending(): void {
    sending ??= send();
  }
  const timer = setInterval(sendUnlessSending, otlp.batchProcessor.scheduledDelayMs);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      // What was counted since it began is not in it.
      await sending;
      await send();
      await (await loading).shutdown();
    },
  };
}
