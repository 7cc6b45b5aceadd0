import { baggageMembers } from "../instrumentation/attribute-values.ts";
import type { CompiledAttributes } from "../instrumentation/attributes.ts";
import type { FetchFacts, RequestFacts } from "../instrumentation/facts.ts";
import type { HeaderReader, ObservedFetch } from "../observer.ts";
import { readBaggage } from "./propagation.ts";
import { type Span, spanKind } from "./span.ts";
import type { RequestTrace, Tracer } from "./tracer.ts";

export function setAttributes(
  span: Span,
  attributes: CompiledAttributes,
  facts: RequestFacts,
  fetch?: FetchFacts,
): void {
  const values = attributes.read(facts, fetch);
  for (let index = 0; index < values.length; index++) span.set(attributes.names[index]!, values[index]);
}

/** What the client sent along with its trace, under names that the router has no use for itself. */
export function addBaggage(span: Span, headers: HeaderReader): void {
  for (const [name, value] of baggageMembers(readBaggage(headers))) {
    if (!(name in span.attributes)) span.set(name, value);
  }
}

interface FetchSpanParts {
  tracer: Tracer;
  trace: RequestTrace;
  parent: Span;
  fetch: ObservedFetch;
}

/** `subgraph` is the fetch as a whole, `subgraph_request` what goes over the wire. */
export function startFetchSpans({
  tracer,
  trace,
  parent,
  fetch,
}: FetchSpanParts): { subgraph: Span; request: Span } | undefined {
  const subgraph = tracer.startSpan(trace, "subgraph", spanKind.internal, parent);
  if (!subgraph) return undefined;
  const request = tracer.startSpan(trace, "subgraph_request", spanKind.client, subgraph)!;
  request.set("apollo.subgraph.name", fetch.subgraph);
  request.set("graphql.operation.name", fetch.operationName ?? "");
  if (fetch.url) {
    request.set("net.peer.name", fetch.url.hostname);
    request.set(
      "net.peer.port",
      fetch.url.port === "" ? (fetch.url.protocol === "https:" ? "443" : "80") : fetch.url.port,
    );
    request.set("http.route", fetch.url.pathname);
    // Without the query and the user's part: both may hold secrets.
    request.set("http.url", fetch.url.origin + fetch.url.pathname);
    request.set("net.transport", "ip_tcp");
  }
  return { subgraph, request };
}
