import type { OtlpOptions } from "../telemetry-options.ts";

export type Signal = "traces" | "metrics";

type Environment = Readonly<Record<string, string | undefined>>;

export interface OtlpTarget {
  url: string;
  protocol: OtlpOptions["protocol"];
}

/** The environment wins over the file, the signal's own variable over the common one. */
export function resolveOtlpTarget(
  options: OtlpOptions,
  signal: Signal,
  environment: Environment,
): OtlpTarget {
  const name = signal.toUpperCase();
  const read = (key: string) =>
    environment[`OTEL_EXPORTER_OTLP_${name}_${key}`] ?? environment[`OTEL_EXPORTER_OTLP_${key}`];
  const protocol = readProtocol(read("PROTOCOL")) ?? options.protocol;
  return { protocol, url: completeUrl(read("ENDPOINT") ?? options.endpoint, protocol, signal) };
}

function readProtocol(text: string | undefined): OtlpOptions["protocol"] | undefined {
  if (text === undefined) return undefined;
  if (text.toLowerCase() === "grpc") return "grpc";
  return "http";
}

function completeUrl(
  endpoint: string | undefined,
  protocol: OtlpOptions["protocol"],
  signal: Signal,
): string {
  const suffix = protocol === "grpc" ? "" : `/v1/${signal}`;
  if (endpoint === undefined || endpoint === "" || endpoint === "default") {
    return `http://localhost:${protocol === "grpc" ? 4317 : 4318}${suffix}`;
  }
  const url = new URL(endpoint.startsWith("http") ? endpoint : `http://${endpoint}`);
  if (url.pathname === "/" && protocol === "http") url.pathname = suffix;
  return protocol === "grpc" ? url.href.replace(/\/$/, "") : url.href;
}
