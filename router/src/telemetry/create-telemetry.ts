import { type CompiledTelemetry, compileTelemetry, findUnsupported } from "./compile-telemetry.ts";
import { type Exports, startExports } from "./export/start-exports.ts";
import { UnsupportedTelemetry } from "./instrumentation/unsupported.ts";
import { createLogger, type LogDestination } from "./log/create-logger.ts";
import { readLogFilter } from "./log/log-filter.ts";
import { openStandardOutput } from "./log/standard-output.ts";
import { MetricRegistry } from "./metrics/metric-registry.ts";
import { createProcessMeters } from "./metrics/process-meters.ts";
import { writePrometheusText } from "./metrics/prometheus-text.ts";
import type { Telemetry } from "./observer.ts";
import { CompiledRequestObserver } from "./request-observer.ts";
import { buildResource } from "./resource.ts";
import type { TelemetryOptions } from "./telemetry-options.ts";

export interface TelemetrySurroundings {
  /** `--log` or `APOLLO_ROUTER_LOG`: a level, or filters such as `info,apollo_router=debug`. */
  logFilter?: string | undefined;
  environment: Readonly<Record<string, string | undefined>>;
  version: string;
  /** Standard output when left out. */
  logDestination?: LogDestination;
}

/**
 * Exporters are loaded in the background, and only when they are on. Throws `UnsupportedTelemetry` for
 * what Apollo Router has and this engine does not.
 */
export function createTelemetry(options: TelemetryOptions, surroundings: TelemetrySurroundings): Telemetry {
  const { environment, version, logFilter } = surroundings;
  const output = surroundings.logDestination ?? openStandardOutput();
  const logger = createLogger(options.exporters.logging, {
    level: readLogFilter(logFilter),
    environment,
    version,
    isTerminal: surroundings.logDestination === undefined && process.stdout.isTTY,
    destination: output,
  });
  const metrics = new MetricRegistry(options.exporters.metrics.common);
  const parts = { logger, metrics, environment, version };
  let current = options;
  refuse(options);
  let exports: Exports = startExports(options.exporters, parts);
  let compiled: CompiledTelemetry = compileTelemetry(options, { ...parts, queue: exports.queue });

  return {
    logger,
    meters: createProcessMeters(metrics, () => compiled.instruments !== undefined),
    observeRequest: (request) => new CompiledRequestObserver(request, compiled),
    renderPrometheus() {
      const { prometheus, common } = current.exporters.metrics;
      if (!prometheus.enabled) return "";
      const resource = buildResource(common, { environment, version });
      return writePrometheusText(metrics.collect(), {
        resource,
        repeatsResource: prometheus.resourceSelector === "all",
      });
    },
    reconfigure(next) {
      if (Bun.deepEquals(next, current)) return;
      refuse(next);
      if (!Bun.deepEquals(next.exporters.logging, current.exporters.logging)) {
        logger.warn("changes of telemetry.exporters.logging take effect at the next start");
      }
      if (!Bun.deepEquals(next.exporters.metrics.common, current.exporters.metrics.common)) {
        metrics.reconfigure(next.exporters.metrics.common);
      }
      const before = exports;
      exports = startExports(next.exporters, parts);
      compiled = compileTelemetry(next, { ...parts, queue: exports.queue });
      current = next;
      void before.stop();
    },
    async shutdown(timeoutMs) {
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, timeoutMs);
      await Promise.race([exports.stop(), late]);
      await Promise.race([output.flush?.(), late]);
      clearTimeout(timer);
    },
  };
}

/** Before anything is started or replaced. */
function refuse(options: TelemetryOptions): void {
  const unsupported = findUnsupported(options);
  if (unsupported !== undefined) throw new UnsupportedTelemetry(unsupported);
}
