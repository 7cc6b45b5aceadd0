import { type Logger, pino } from "pino";
import { type CompiledAttributes, compileAttributes } from "./instrumentation/attributes.ts";
import { type CompiledEvents, compileEvents } from "./instrumentation/events.ts";
import type { Level } from "./instrumentation/facts.ts";
import { compileMasking } from "./instrumentation/header-masking.ts";
import { type CompiledInstruments, compileInstruments } from "./instrumentation/instruments.ts";
import type { Surroundings } from "./instrumentation/read-selector.ts";
import { UnsupportedTelemetry } from "./instrumentation/unsupported.ts";
import type { Instrument } from "./metrics/instrument.ts";
import { MetricRegistry } from "./metrics/metric-registry.ts";
import type { ClientHeaders, TelemetryOptions } from "./telemetry-options.ts";
import type { SpanQueue } from "./traces/span-queue.ts";
import { formatTraceId } from "./traces/trace-id.ts";
import { createTracer, type Tracer } from "./traces/tracer.ts";

/** What observing a request needs, worked out once. A part that is off is `undefined`. */
export interface CompiledTelemetry {
  readonly logger: Logger;
  readonly tracer: Tracer | undefined;
  readonly instruments: CompiledInstruments | undefined;
  readonly graphqlErrors: Instrument | undefined;
  readonly operations: Instrument | undefined;
  readonly events: CompiledEvents | undefined;
  readonly spanAttributes: Readonly<
    Record<"router" | "supergraph" | "subgraph" | "httpClient", CompiledAttributes>
  > & { readonly takesBaggage: boolean };
  readonly clientHeaders: ClientHeaders;
  readonly exposeTraceId: ((headers: Headers, traceId: string) => void) | undefined;
}

export interface CompileParts {
  logger: Logger;
  metrics: MetricRegistry;
  queue: Pick<SpanQueue, "add"> | undefined;
  environment: Surroundings["environment"];
}

/** Throws `UnsupportedTelemetry` for what Apollo Router has and this engine does not. */
export function compileTelemetry(options: TelemetryOptions, parts: CompileParts): CompiledTelemetry {
  const { logger, metrics, queue, environment } = parts;
  const surroundings = { environment, isMasked: compileMasking(options.headerMasking) };
  const { exporters, instrumentation } = options;
  refuseUnsupported(options);
  const isMeasured = exporters.metrics.prometheus.enabled || exporters.metrics.otlp.enabled;
  const instruments = compileInstruments({ options: instrumentation.instruments, metrics, surroundings });
  return {
    logger,
    tracer: createTracer(exporters.tracing, queue),
    instruments: isMeasured ? instruments : undefined,
    graphqlErrors: isMeasured ? graphqlErrors(metrics) : undefined,
    operations: isMeasured ? operations(metrics) : undefined,
    events: compileEvents(instrumentation.events, surroundings),
    spanAttributes: compileSpanAttributes(instrumentation.spans, surroundings),
    clientHeaders: options.apollo,
    exposeTraceId: compileTraceIdHeader(exporters.tracing.experimentalResponseTraceId),
  };
}

/** What `compileTelemetry` would refuse, for whoever checks a configuration without starting anything. */
export function findUnsupported(options: TelemetryOptions): string | undefined {
  const metrics = new MetricRegistry(options.exporters.metrics.common);
  try {
    compileTelemetry(options, {
      logger: pino({ enabled: false }),
      metrics,
      queue: undefined,
      environment: {},
    });
    return undefined;
  } catch (error) {
    if (error instanceof UnsupportedTelemetry) return error.message;
    throw error;
  }
}

function refuseUnsupported({ exporters, instrumentation }: TelemetryOptions): void {
  if (instrumentation.spans.mode === "deprecated")
    throw new UnsupportedTelemetry('the mode "deprecated" of spans');
  for (const { otlp } of [exporters.tracing, exporters.metrics]) {
    if (otlp.enabled && otlp.grpc.domainName !== undefined)
      throw new UnsupportedTelemetry("grpc.domain_name of otlp");
  }
}

function graphqlErrors(metrics: MetricRegistry): Instrument {
  return metrics.instrument({
    name: "apollo.router.graphql_error",
    kind: "counter",
    description: "Number of GraphQL error responses returned by the router",
  });
}

function operations(metrics: MetricRegistry): Instrument {
  return metrics.instrument({
    name: "apollo.router.operations",
    kind: "counter",
    description: "The number of graphql operations performed by the Router",
  });
}

function compileSpanAttributes(
  {
    defaultAttributeRequirementLevel: requirement,
    router,
    supergraph,
    subgraph,
    httpClient,
  }: TelemetryOptions["instrumentation"]["spans"],
  surroundings: Surroundings,
): CompiledTelemetry["spanAttributes"] {
  const scope = (level: Level) => ({ level, requirement, surroundings, signal: "spans" as const });
  const { baggage, ...named } = router.attributes;
  return {
    takesBaggage: baggage === true,
    router: compileAttributes(named, scope("router")),
    supergraph: compileAttributes(supergraph.attributes, scope("supergraph")),
    subgraph: compileAttributes(subgraph.attributes, scope("subgraph")),
    httpClient: compileAttributes(httpClient.attributes, scope("http_client")),
  };
}

function compileTraceIdHeader({
  enabled,
  headerName = "apollo-trace-id",
  format,
}: TelemetryOptions["exporters"]["tracing"]["experimentalResponseTraceId"]): CompiledTelemetry["exposeTraceId"] {
  return enabled ? (headers, traceId) => headers.set(headerName, formatTraceId(traceId, format)) : undefined;
}
