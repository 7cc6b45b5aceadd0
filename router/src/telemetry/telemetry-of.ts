import type { RouterConfig } from "../config/router-config.ts";
import type { TelemetryOptions } from "./telemetry-options.ts";

/** Which headers nobody may see is said in the section of headers, and needed where they are shown. */
export function telemetryOf({ telemetry, headers }: RouterConfig): TelemetryOptions {
  const subgraphs = Object.entries(headers.subgraphs).map(([name, location]) => [name, location.masking]);
  return {
    ...telemetry,
    headerMasking: { all: headers.all.masking, subgraphs: Object.fromEntries(subgraphs) },
  };
}
