import { list, map, object, oneOf, section, union } from "../../schema/compound.ts";
import { boolean, duration, integer, text, url } from "../../schema/scalar.ts";
import { batchProcessor, sampler } from "./shared.ts";

const forwarded = union(
  oneOf("none", "all"),
  object({ only: list(text()) }),
  object({ except: list(text()) }),
);

const errorReports = section({
  send: boolean().default(true),
  redact: boolean().default(true),
  redaction_policy: oneOf("strict", "extended").default("strict"),
});

const usageProcessor = {
  scheduled_delay: duration().default("5s"),
  max_export_timeout: duration().default("30s"),
};

/** Reports to GraphOS, which this engine has nothing to do with; who a client says it is, it asks too. */
export const apolloTelemetry = section({
  endpoint: url().default("https://usage-reporting.api.apollographql.com/api/ingress/traces"),
  experimental_otlp_endpoint: url().default("https://usage-reporting.api.apollographql.com/"),
  experimental_otlp_tracing_protocol: oneOf("grpc", "http").default("grpc"),
  experimental_otlp_metrics_protocol: oneOf("grpc", "http").default("grpc"),
  client_name_header: text().defaultOrNone("apollographql-client-name").supported(),
  client_version_header: text().defaultOrNone("apollographql-client-version").supported(),
  library_name_header: text().defaultOrNone("apollographql-library-name"),
  library_version_header: text().defaultOrNone("apollographql-library-version"),
  buffer_size: integer({ min: 1 }).default(10_000),
  field_level_instrumentation_sampler: sampler.default(0.01),
  otlp_tracing_sampler: sampler.default("always_on"),
  sampler: sampler.optional(),
  send_headers: forwarded.default("none"),
  send_variable_values: forwarded.default("none"),
  errors: section({
    preview_extended_error_metrics: oneOf("enabled", "disabled").default("disabled"),
    subgraph: section({ all: errorReports, subgraphs: map(errorReports).default({}) }),
  }),
  signature_normalization_algorithm: oneOf("legacy", "enhanced").default("enhanced"),
  metrics_reference_mode: oneOf("extended", "standard").default("extended"),
  experimental_local_field_metrics: boolean().default(false),
  subgraph_metrics: boolean().default(false),
  metrics: section({
    otlp: section({ batch_processor: section(usageProcessor) }),
    usage_reports: section({
      batch_processor: section({ ...usageProcessor, max_queue_size: integer().default(2048) }),
    }),
  }),
  tracing: section({ batch_processor: batchProcessor }),
}).ignored("nothing is reported to GraphOS");
