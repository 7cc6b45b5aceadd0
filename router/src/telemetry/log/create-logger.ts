import { type Logger, pino } from "pino";
import type { LoggingOptions } from "../telemetry-options.ts";

export interface LogDestination {
  write(line: string): void;
}

export function createLogger(_options: LoggingOptions, level: string, destination?: LogDestination): Logger {
  return destination === undefined ? pino({ level }) : pino({ level }, destination);
}
