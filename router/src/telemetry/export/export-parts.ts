import type { Logger } from "pino";
import type { MetricRegistry } from "../metrics/metric-registry.ts";

export interface ExportParts {
  logger: Logger;
  metrics: MetricRegistry;
  environment: Readonly<Record<string, string | undefined>>;
  version: string;
}
