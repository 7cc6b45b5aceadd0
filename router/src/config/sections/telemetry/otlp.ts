import { list, map, object, oneOf, section, union } from "../../schema/compound.ts";
import { boolean, text } from "../../schema/scalar.ts";
import { batchProcessor, sampler } from "./shared.ts";

const metadataValue = union(
  text(),
  list(text()).to((values) => values.join(", ")),
);

/** Traces and metrics have the same keys. */
export const otlpExporter = object({
  enabled: boolean(),
  endpoint: text()
    .optional()
    .describe("http://localhost:4317 for gRPC and http://localhost:4318 for HTTP by default."),
  protocol: oneOf("grpc", "http").default("grpc"),
  grpc: section({
    domain_name: text().optional().ignored("the name in the endpoint is expected of the server"),
    ca: text().optional(),
    cert: text().optional(),
    key: text().optional(),
    metadata: map(metadataValue).default({}),
  }),
  http: section({ headers: map(text()).default({}) }),
  batch_processor: batchProcessor,
  temporality: oneOf("cumulative", "delta").default("cumulative"),
  sampler: sampler.optional(),
});

export const zipkinExporter = object({
  enabled: boolean(),
  endpoint: text().omittable().describe('A URL; "default" for the usual one.'),
  batch_processor: batchProcessor,
  sampler: sampler.optional(),
});

export const datadogExporter = object({
  enabled: boolean(),
  endpoint: text().omittable().describe('A URL; "default" for the usual one.'),
  batch_processor: batchProcessor,
  sampler: sampler.optional(),
  enable_span_mapping: boolean().default(true),
  fixed_span_names: boolean().default(true),
  resource_mapping: map(text()).default({}),
  span_metrics: map(boolean()).default({
    request: true,
    router: true,
    supergraph: true,
    execution: true,
    subgraph: true,
    subgraph_request: true,
    http_request: true,
    connect: true,
    connect_request: true,
    parse_query: true,
    query_planning: true,
  }),
});
