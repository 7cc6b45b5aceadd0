import { list, object, oneOf, section, union } from "../../schema/compound.ts";
import { boolean, integer32, listenAddress, number, text } from "../../schema/scalar.ts";
import { logging } from "./logging.ts";
import { datadogExporter, otlpExporter, zipkinExporter } from "./otlp.ts";
import { commonNames, sampler, traceIdFormat } from "./shared.ts";

const metricView = object({
  name: text(),
  rename: text().optional(),
  description: text().optional(),
  unit: text().optional(),
  aggregation: union(object({ histogram: object({ buckets: list(number()) }) }), oneOf("drop")).optional(),
  allowed_attribute_keys: list(text(), { unique: true }).optional(),
  cardinality_limit: integer32({ min: 1 }).optional(),
});

const metrics = section({
  common: section({
    ...commonNames,
    buckets: list(number()).default([0.001, 0.005, 0.015, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 1, 5, 10]),
    cardinality_limit: integer32({ min: 1 }).optional(),
    views: list(metricView).default([]),
  }),
  otlp: otlpExporter.default({ enabled: false }),
  prometheus: section({
    enabled: boolean().default(false),
    listen: listenAddress().default("127.0.0.1:9090"),
    path: text().default("/metrics"),
    resource_selector: oneOf("all", "none").default("none"),
  }),
});

const propagation = section({
  request: object({ header_name: text(), format: traceIdFormat.default("hexadecimal") }).omittable(),
  trace_context: boolean().default(false),
  baggage: boolean().default(false),
  jaeger: boolean().default(false),
  zipkin: boolean().default(false),
  datadog: boolean().optional(),
  aws_xray: boolean().default(false),
}).to(({ request, datadog, ...others }) => ({
  ...others,
  request: request ?? { headerName: undefined, format: "hexadecimal" as const },
  datadog: datadog ?? false,
}));

const tracing = section({
  common: section({
    ...commonNames,
    sampler: sampler.default("always_on"),
    parent_based_sampler: boolean().default(true),
    preview_datadog_agent_sampling: boolean().default(false),
    max_events_per_span: integer32().default(128).ignored("spans carry a few events at most"),
    max_attributes_per_span: integer32().default(128),
    max_links_per_span: integer32().default(128).ignored("spans carry no links"),
    max_attributes_per_event: integer32().default(128).ignored("events carry a few attributes at most"),
    max_attributes_per_link: integer32().default(128).ignored("spans carry no links"),
  }),
  propagation,
  experimental_response_trace_id: section({
    enabled: boolean().default(false),
    header_name: text().optional(),
    format: traceIdFormat.default("hexadecimal"),
  }),
  otlp: otlpExporter.default({ enabled: false }),
  zipkin: zipkinExporter.omittable(),
  datadog: datadogExporter.omittable(),
});

export const exporters = section({ logging, metrics, tracing });
