import { type Logger, type LoggerOptions, pino } from "pino";
import { buildResource } from "../resource.ts";
import type { LogFormat, LoggingOptions } from "../telemetry-options.ts";
import { createLineLimit } from "./limit-rate.ts";
import type { LogLevel } from "./log-filter.ts";
import { redactFields, redactText } from "./redact.ts";
import { formatAsText } from "./text-format.ts";

export interface LogDestination {
  write(line: string): void;
  flush?(): Promise<void>;
}

export interface LoggerSurroundings {
  level: LogLevel;
  environment: Readonly<Record<string, string | undefined>>;
  version: string;
  isTerminal: boolean;
  destination: LogDestination;
}

export function createLogger(
  options: LoggingOptions,
  { level, environment, version, isTerminal, destination }: LoggerSurroundings,
): Logger {
  const { stdout, common } = options;
  const format = chooseFormat(stdout, isTerminal);
  const resource = buildResource(common, { environment, version });
  const settings: LoggerOptions = {
    level: stdout.enabled ? level : "silent",
    messageKey: "message",
    base: (format.displayResource ?? format.kind === "json") ? { resource } : null,
    timestamp: (format.displayTimestamp ?? true) ? timestamp : false,
    formatters: {
      level: (label) => ((format.displayLevel ?? true) ? { level: label.toUpperCase() } : {}),
      bindings: (bindings) => redactFields(bindings),
      log: (fields) => redactFields(fields),
    },
    // For the fields of child loggers, which formatters do not see.
    redact: { paths: [...secretFields], censor: "[redacted]" },
    serializers: { err: (error: Error) => redactFields(pino.stdSerializers.err(error)) },
    hooks: { logMethod: createLogMethod(stdout.rateLimit) },
  };
  const write =
    format.kind === "json"
      ? (line: string) => destination.write(line)
      : (line: string) => destination.write(formatAsText(line, format));
  return pino(settings, { write });
}

const secretFields = [
  ...["authorization", "cookie", '["set-cookie"]', '["x-api-key"]', '["proxy-authorization"]'],
  ...["password", "secret", "token", "access_token"],
] as const;

function chooseFormat({ format, ttyFormat }: LoggingOptions["stdout"], isTerminal: boolean): LogFormat {
  const kind = isTerminal ? "text" : "json";
  return (isTerminal ? ttyFormat : undefined) ?? format ?? { kind };
}

const timestamp = (): string => `,"timestamp":"${new Date().toISOString()}"`;

function createLogMethod({ enabled, capacity, intervalMs }: LoggingOptions["stdout"]["rateLimit"]) {
  const isAllowed = enabled ? createLineLimit({ capacity, intervalMs }, () => performance.now()) : () => true;
  const logMethod: NonNullable<LoggerOptions["hooks"]>["logMethod"] = function logMethod(given, method) {
    const position = given.findIndex((argument: unknown) => typeof argument === "string");
    const message = position < 0 ? "" : (given[position] as string);
    if (!isAllowed(message)) return;
    if (position >= 0) (given as unknown[])[position] = redactText(message);
    method.apply(this, given);
  };
  return logMethod;
}
