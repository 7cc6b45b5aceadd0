import type { OtlpOptions } from "../telemetry-options.ts";
import type { OtlpTarget } from "./otlp-endpoint.ts";

/** What OpenTelemetry's exporters have in common. */
export interface OtlpExporter<Batch> {
  send(batch: Batch): Promise<void>;
  shutdown(): Promise<void>;
}

interface SdkExporter<Batch> {
  export(batch: Batch, done: (result: { code: number; error?: Error }) => void): void;
  shutdown(): Promise<void>;
}

type TraceExporter = import("@opentelemetry/exporter-trace-otlp-proto").OTLPTraceExporter;
type MetricExporter = import("@opentelemetry/exporter-metrics-otlp-proto").OTLPMetricExporter;

export type SdkSpans = Parameters<TraceExporter["export"]>[0];
export type SdkMetrics = Parameters<MetricExporter["export"]>[0];

/** Loaded only here: the gRPC client alone costs a tenth of a second at start. */
export async function loadTraceExporter(
  options: OtlpOptions,
  target: OtlpTarget,
): Promise<OtlpExporter<SdkSpans>> {
  if (target.protocol === "http") {
    const { OTLPTraceExporter } = await import("@opentelemetry/exporter-trace-otlp-proto");
    return asPromises(new OTLPTraceExporter(httpSettings(options, target)));
  }
  const { OTLPTraceExporter } = await import("@opentelemetry/exporter-trace-otlp-grpc");
  return asPromises(new OTLPTraceExporter(await grpcSettings(options, target)));
}

export async function loadMetricExporter(
  options: OtlpOptions,
  target: OtlpTarget,
): Promise<OtlpExporter<SdkMetrics>> {
  if (target.protocol === "http") {
    const { OTLPMetricExporter } = await import("@opentelemetry/exporter-metrics-otlp-proto");
    return asPromises(new OTLPMetricExporter(httpSettings(options, target)));
  }
  const { OTLPMetricExporter } = await import("@opentelemetry/exporter-metrics-otlp-grpc");
  return asPromises(new OTLPMetricExporter(await grpcSettings(options, target)));
}

function httpSettings({ http, batchProcessor }: OtlpOptions, { url }: OtlpTarget) {
  return { url, headers: { ...http.headers }, timeoutMillis: batchProcessor.maxExportTimeoutMs };
}

async function grpcSettings({ grpc, batchProcessor }: OtlpOptions, { url }: OtlpTarget) {
  const { credentials, Metadata } = await import("@grpc/grpc-js");
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(grpc.metadata)) metadata.set(name, value);
  const pem = (text: string | undefined) => (text === undefined ? null : Buffer.from(text));
  const channel = url.startsWith("https")
    ? credentials.createSsl(pem(grpc.ca), pem(grpc.key), pem(grpc.cert))
    : credentials.createInsecure();
  return { url, metadata, credentials: channel, timeoutMillis: batchProcessor.maxExportTimeoutMs };
}

function asPromises<Batch>(exporter: SdkExporter<Batch>): OtlpExporter<Batch> {
  return {
    send: (batch) =>
      new Promise((resolve, reject) => {
        exporter.export(batch, ({ code, error }) =>
          code === 0 ? resolve() : reject(error ?? new Error("not exported")),
        );
      }),
    shutdown: () => exporter.shutdown(),
  };
}
