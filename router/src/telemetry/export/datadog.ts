import type { Resource } from "../resource.ts";
import type { DatadogOptions, TracingOptions } from "../telemetry-options.ts";
import { type Span, spanKind } from "../traces/span.ts";
import { MessagePackWriter } from "./message-pack.ts";
import { completeEndpoint, httpExporter, type SpanDestination, toEpochNs } from "./span-exporter.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const usualEndpoint = "http://127.0.0.1:8126/";

/** To Datadog's agent, in its format 0.5: a dictionary of all texts, and spans that refer to it. */
export function datadogDestination(
  options: DatadogOptions & Pick<TracingOptions["common"], "previewDatadogAgentSampling">,
  environment: Environment,
): SpanDestination {
  const { batchProcessor, sampler } = options;
  const url = `${agentUrl(options, environment).replace(/\/+$/, "")}/v0.5/traces`;
  return {
    name: "datadog-tracing",
    url,
    batchProcessor,
    sampler,
    takesDropped: true,
    load: async (resource) =>
      httpExporter({ url, timeoutMs: batchProcessor.maxExportTimeoutMs }, (spans) => {
        const traces = groupByTrace(spans);
        return {
          headers: {
            "content-type": "application/msgpack",
            "x-datadog-trace-count": String(traces.length),
            "datadog-meta-lang": "javascript",
            "datadog-meta-tracer-version": String(resource["service.version"]),
          },
          body: new PayloadWriter(options, resource).write(traces),
        };
      }),
  };
}

function agentUrl({ endpoint }: DatadogOptions, environment: Environment): string {
  const { DD_TRACE_AGENT_URL, DD_AGENT_HOST, DD_TRACE_AGENT_PORT = "8126" } = environment;
  if (DD_TRACE_AGENT_URL !== undefined) return DD_TRACE_AGENT_URL;
  if (DD_AGENT_HOST !== undefined) return `http://${DD_AGENT_HOST}:${DD_TRACE_AGENT_PORT}`;
  return completeEndpoint(endpoint, usualEndpoint);
}

function groupByTrace(spans: readonly Span[]): Span[][] {
  const traces = new Map<string, Span[]>();
  for (const span of spans) {
    const known = traces.get(span.start.traceId);
    if (known) known.push(span);
    else traces.set(span.start.traceId, [span]);
  }
  return [...traces.values()];
}

/** Which attribute tells Datadog what a span worked on, by the span's name. */
const resourceMappings: Readonly<Record<string, string>> = {
  request: "http.route",
  router: "http.route",
  supergraph: "graphql.operation.name",
  query_planning: "graphql.operation.name",
  subgraph: "subgraph.name",
  subgraph_request: "graphql.operation.name",
  http_request: "http.route",
};

const kinds = { [spanKind.internal]: "internal", [spanKind.server]: "server", [spanKind.client]: "client" };

class PayloadWriter {
  private readonly texts = new Map<string, number>();
  private readonly out = new MessagePackWriter();
  private readonly mappings: Readonly<Record<string, string>>;

  constructor(
    private readonly options: Parameters<typeof datadogDestination>[0],
    private readonly resource: Resource,
  ) {
    const { enableSpanMapping, resourceMapping } = options;
    this.mappings = enableSpanMapping ? { ...resourceMappings, ...resourceMapping } : {};
  }

  /** The dictionary comes first, and is complete only at the end. */
  write(traces: readonly (readonly Span[])[]): Uint8Array<ArrayBuffer> {
    this.out.array(traces.length);
    for (const trace of traces) {
      this.out.array(trace.length);
      for (const span of trace) this.writeSpan(span);
    }
    const payload = new MessagePackWriter();
    payload.array(2);
    payload.array(this.texts.size);
    for (const text of this.texts.keys()) payload.text(text);
    payload.append(this.out.finish());
    return payload.finish();
  }

  private writeSpan(span: Span): void {
    const { out, options } = this;
    const { name: fixedName, traceId, parentSpanId, samplingPriority } = span.start;
    out.array(12);
    this.writeText(String(this.resource["service.name"]));
    this.writeText(options.fixedSpanNames ? fixedName : span.name);
    this.writeText(this.resourceOf(span));
    // Datadog knows 64 bits of a trace's id.
    out.unsigned64(BigInt(`0x${traceId.slice(-16)}`));
    out.unsigned64(BigInt(`0x${span.spanId}`));
    out.unsigned64(parentSpanId === undefined ? 0n : BigInt(`0x${parentSpanId}`));
    out.signed64(toEpochNs(span.startMs));
    out.signed64(BigInt(Math.max(0, Math.round((span.endMs - span.startMs) * 1_000_000))));
    out.signed32(span.errorMessage === undefined ? 0 : 1);
    this.writeTags(span);
    out.map(2);
    this.writeNumber("_sampling_priority_v1", samplingPriority);
    this.writeNumber("_dd.measured", this.isMeasured(fixedName) ? 1 : 0);
    this.writeText(String(span.attributes["span.type"] ?? ""));
  }

  /** Where the agent drops spans it has to count them before. */
  private isMeasured(name: string): boolean {
    return this.options.previewDatadogAgentSampling || this.options.spanMetrics[name] === true;
  }

  private resourceOf(span: Span): string {
    const attribute = this.mappings[span.start.name];
    const value = attribute === undefined ? undefined : span.attributes[attribute];
    return typeof value === "string" ? value : span.name;
  }

  private writeTags(span: Span): void {
    const version = this.resource["service.version"];
    const tags = Object.entries({
      ...this.resource,
      ...(version !== undefined && { version }),
      ...span.attributes,
      "span.kind": kinds[span.start.kind],
      ...(span.errorMessage && { "error.msg": span.errorMessage }),
    });
    this.out.map(tags.length);
    for (const [name, value] of tags) {
      this.writeText(name);
      this.writeText(String(value));
    }
  }

  private writeNumber(name: string, value: number): void {
    this.writeText(name);
    this.out.float64(value);
  }

  private writeText(text: string): void {
    const known = this.texts.get(text);
    if (known === undefined) this.texts.set(text, this.texts.size);
    this.out.unsigned32(known ?? this.texts.size - 1);
  }
}
