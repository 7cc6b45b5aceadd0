import { createLogger, type LogDestination } from "./log/create-logger.ts";
import { noTelemetry } from "./no-telemetry.ts";
import type { Telemetry } from "./observer.ts";
import type { TelemetryOptions } from "./telemetry-options.ts";

export interface TelemetrySurroundings {
  /** `--log` or `APOLLO_ROUTER_LOG`: a level, or filters such as `info,apollo_router=debug`. */
  logFilter?: string | undefined;
  environment: Readonly<Record<string, string | undefined>>;
  version: string;
  /** Standard output when left out. */
  logDestination?: LogDestination;
}

/** Compiles and never blocks: exporters are loaded in the background, and only when they are on. */
export function createTelemetry(options: TelemetryOptions, surroundings: TelemetrySurroundings): Telemetry {
  const logger = createLogger(
    options.exporters.logging,
    surroundings.logFilter ?? "info",
    surroundings.logDestination,
  );
  return { ...noTelemetry, logger };
}
