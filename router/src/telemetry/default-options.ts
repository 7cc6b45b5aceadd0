import type { OtlpOptions, ResourceOptions, TelemetryOptions } from "./telemetry-options.ts";

const noResource: ResourceOptions = { resource: {} };

const noOtlp: OtlpOptions = {
  enabled: false,
  protocol: "grpc",
  grpc: { metadata: {} },
  http: { headers: {} },
  batchProcessor: {
    scheduledDelayMs: 5_000,
    maxQueueSize: 2_048,
    maxExportBatchSize: 512,
    maxExportTimeoutMs: 30_000,
    maxConcurrentExports: 1,
  },
  temporality: "cumulative",
};

export const defaultTelemetryOptions: TelemetryOptions = {
  apollo: {
    clientNameHeader: "apollographql-client-name",
    clientVersionHeader: "apollographql-client-version",
  },
  exporters: {
    logging: {
      common: noResource,
      stdout: { enabled: true, rateLimit: { enabled: false, capacity: 1, intervalMs: 1_000 } },
    },
    metrics: {
      common: {
        resource: {},
        buckets: [0.001, 0.005, 0.015, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 1, 5, 10],
        views: [],
      },
      otlp: noOtlp,
      prometheus: {
        enabled: false,
        listen: { host: "127.0.0.1", port: 9090 },
        path: "/metrics",
        resourceSelector: "none",
      },
    },
    tracing: {
      experimentalResponseTraceId: { enabled: false, format: "hexadecimal" },
      propagation: {
        request: { format: "hexadecimal" },
        baggage: false,
        traceContext: false,
        jaeger: false,
        datadog: false,
        zipkin: false,
        awsXray: false,
      },
      common: {
        resource: {},
        sampler: "always_on",
        parentBasedSampler: true,
        previewDatadogAgentSampling: false,
        maxEventsPerSpan: 128,
        maxAttributesPerSpan: 128,
        maxLinksPerSpan: 128,
        maxAttributesPerEvent: 128,
        maxAttributesPerLink: 128,
      },
      otlp: noOtlp,
    },
  },
  headerMasking: { all: { request: undefined, response: undefined }, subgraphs: {} },
  instrumentation: {
    spans: {
      mode: "spec_compliant",
      defaultAttributeRequirementLevel: "required",
      router: { attributes: {} },
      supergraph: { attributes: {} },
      subgraph: { attributes: {} },
      httpClient: { attributes: {} },
    },
    instruments: {
      defaultRequirementLevel: "required",
      router: {},
      supergraph: {},
      subgraph: {},
      graphql: {},
      cache: {},
    },
    events: { router: {}, supergraph: {}, subgraph: {} },
  },
};
