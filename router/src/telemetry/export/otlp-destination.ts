import type { OtlpOptions } from "../telemetry-options.ts";
import { resolveOtlpTarget } from "./otlp-endpoint.ts";
import { loadTraceExporter } from "./otlp-exporters.ts";
import type { SpanDestination } from "./span-exporter.ts";

export function otlpDestination(
  options: OtlpOptions,
  environment: Readonly<Record<string, string | undefined>>,
): SpanDestination {
  const target = resolveOtlpTarget(options, "traces", environment);
  return {
    name: "otlp-tracing",
    url: target.url,
    batchProcessor: options.batchProcessor,
    sampler: options.sampler,
    takesDropped: true,
    async load(resource) {
      const [exporter, { toSdkSpans }] = await Promise.all([
        loadTraceExporter(options, target),
        import("./span-to-sdk.ts"),
      ]);
      return { ...exporter, send: (spans) => exporter.send(toSdkSpans(spans, resource)) };
    },
  };
}
