import type { ListenAddress } from "../config/schema/listen-address.ts";
import type { MaskedHeaders } from "../config/sections/headers.ts";

/** Apollo Router's `telemetry` section: the same keys in camel case, with units, every default filled in. */
export interface TelemetryOptions {
  exporters: {
    logging: LoggingOptions;
    metrics: MetricsOptions;
    tracing: TracingOptions;
  };
  instrumentation: InstrumentationOptions;
  apollo: ClientHeaders;
  /** From the `headers` section: for one subgraph in place of what is said for all. */
  headerMasking: { all: MaskedHeaders; subgraphs: Readonly<Record<string, MaskedHeaders>> };
}

/** In which headers clients say who they are. */
export interface ClientHeaders {
  clientNameHeader?: string | undefined;
  clientVersionHeader?: string | undefined;
}

export type AttributeValue = string | number | boolean | readonly (string | number | boolean)[];

export interface ResourceOptions {
  serviceName?: string | undefined;
  serviceNamespace?: string | undefined;
  resource: Readonly<Record<string, AttributeValue>>;
}

export interface LoggingOptions {
  common: ResourceOptions;
  stdout: {
    enabled: boolean;
    /** `undefined`: text on a terminal, JSON elsewhere. */
    format?: LogFormat | undefined;
    ttyFormat?: LogFormat | undefined;
    rateLimit: { enabled: boolean; capacity: number; intervalMs: number };
  };
}

export interface LogFormat {
  kind: "json" | "text";
  ansiEscapeCodes?: boolean | undefined;
  displayTimestamp?: boolean | undefined;
  displayLevel?: boolean | undefined;
  displayResource?: boolean | undefined;
  displayTraceId?: boolean | TraceIdFormat | undefined;
  displaySpanId?: boolean | undefined;
}

export interface MetricsOptions {
  common: ResourceOptions & {
    buckets: readonly number[];
    views: readonly MetricViewOptions[];
    cardinalityLimit?: number | undefined;
  };
  otlp: OtlpOptions;
  prometheus: { enabled: boolean; listen: ListenAddress; path: string; resourceSelector: "all" | "none" };
}

export interface MetricViewOptions {
  name: string;
  rename?: string | undefined;
  description?: string | undefined;
  unit?: string | undefined;
  aggregation?: { histogram: { buckets: readonly number[] } } | "drop" | undefined;
  allowedAttributeKeys?: readonly string[] | undefined;
  cardinalityLimit?: number | undefined;
}

export interface OtlpOptions {
  enabled: boolean;
  endpoint?: string | undefined;
  protocol: "grpc" | "http";
  grpc: {
    domainName?: string | undefined;
    ca?: string | undefined;
    cert?: string | undefined;
    key?: string | undefined;
    metadata: Readonly<Record<string, string>>;
  };
  http: { headers: Readonly<Record<string, string>> };
  batchProcessor: BatchOptions;
  temporality: "cumulative" | "delta";
  sampler?: SamplerOptions | undefined;
}

export interface BatchOptions {
  scheduledDelayMs: number;
  maxQueueSize: number;
  maxExportBatchSize: number;
  maxExportTimeoutMs: number;
  maxConcurrentExports: number;
}

export type SamplerOptions = "always_on" | "always_off" | number;

export type TraceIdFormat = "hexadecimal" | "open_telemetry" | "decimal" | "datadog" | "uuid";

export interface TracingOptions {
  experimentalResponseTraceId: {
    enabled: boolean;
    headerName?: string | undefined;
    format: TraceIdFormat;
  };
  propagation: PropagationOptions;
  common: ResourceOptions & {
    sampler: SamplerOptions;
    parentBasedSampler: boolean;
    /** Spans of every request are sent to Datadog's agent, with the advice to keep or to drop them. */
    previewDatadogAgentSampling: boolean;
    maxEventsPerSpan: number;
    maxAttributesPerSpan: number;
    maxLinksPerSpan: number;
    maxAttributesPerEvent: number;
    maxAttributesPerLink: number;
  };
  otlp: OtlpOptions;
  zipkin?: ZipkinOptions | undefined;
  datadog?: DatadogOptions | undefined;
}

export interface ZipkinOptions {
  enabled: boolean;
  endpoint?: string | undefined;
  batchProcessor: BatchOptions;
  sampler?: SamplerOptions | undefined;
}

export interface DatadogOptions extends ZipkinOptions {
  enableSpanMapping: boolean;
  fixedSpanNames: boolean;
  /** By the span's name: the attribute that stands as its resource. */
  resourceMapping: Readonly<Record<string, string>>;
  /** By the span's name: whether Datadog makes statistics of it. */
  spanMetrics: Readonly<Record<string, boolean>>;
}

export interface PropagationOptions {
  request: { headerName?: string | undefined; format: TraceIdFormat };
  baggage: boolean;
  traceContext: boolean;
  jaeger: boolean;
  datadog: boolean;
  zipkin: boolean;
  awsXray: boolean;
}

export type RequirementLevel = "none" | "required" | "recommended";
export type EventLevel = "trace" | "debug" | "info" | "warn" | "error" | "off";

/** A selector, `true`/`false` or `{alias}`: Apollo's own key names, since attribute names are free. */
export type AttributeOptions = Readonly<Record<string, unknown>>;

export interface InstrumentationOptions {
  spans: {
    mode: "spec_compliant" | "deprecated";
    defaultAttributeRequirementLevel: RequirementLevel;
    router: { attributes: AttributeOptions };
    supergraph: { attributes: AttributeOptions };
    subgraph: { attributes: AttributeOptions };
    httpClient: { attributes: AttributeOptions };
  };
  instruments: {
    defaultRequirementLevel: RequirementLevel;
    router: AttributeOptions;
    supergraph: AttributeOptions;
    subgraph: AttributeOptions;
    graphql: AttributeOptions;
    cache: AttributeOptions;
  };
  events: { router: AttributeOptions; supergraph: AttributeOptions; subgraph: AttributeOptions };
}
