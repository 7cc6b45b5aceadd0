import type { AttributeValue, TraceIdFormat } from "../telemetry-options.ts";
import { readBaggage } from "../traces/propagation.ts";
import { formatTraceId } from "../traces/trace-id.ts";
import { routerAnswers, subgraphAnswers, supergraphAnswers } from "./answer-selectors.ts";
import { findBaggage, showName, showStatus, toAttribute } from "./attribute-values.ts";
import { readCost } from "./cost.ts";
import { type Level, type ReadValue, readHeader } from "./facts.ts";
import { fieldSelectors } from "./field-selectors.ts";
import { type IsMasked, maskedValue } from "./header-masking.ts";
import { resendCount } from "./standard-attributes.ts";
import { UnsupportedTelemetry } from "./unsupported.ts";

export type Selector = Readonly<Record<string, unknown>>;

/** What selectors are compiled for, beside what the request tells. */
export interface Surroundings {
  environment: Readonly<Record<string, string | undefined>>;
  isMasked: IsMasked;
}

type Compile = (argument: unknown, selector: Selector, surroundings: Surroundings) => ReadValue;

const namesOfOthers: ReadonlySet<string> = new Set(["default", "redact", "condition"]);

/** Apollo Router's selectors: a mapping that one of its keys gives away, or a text that stands for itself. */
export function compileSelector(level: Level, selector: unknown, surroundings: Surroundings): ReadValue {
  if (typeof selector === "string") return () => selector;
  if (typeof selector !== "object" || selector === null)
    throw new UnsupportedTelemetry("a selector must be a mapping");
  const parts = selector as Selector;
  const kind = Object.keys(parts).find((key) => !namesOfOthers.has(key) && parts[key] !== undefined) ?? "";
  const compile = common[kind] ?? byLevel[level][kind];
  if (!compile) throw new UnsupportedTelemetry(`the selector "${kind}" of ${level}`);
  const read = compile(parts[kind], parts, surroundings);
  const fallback = parts.default as AttributeValue | undefined;
  return fallback === undefined ? read : (facts, fetch) => read(facts, fetch) ?? fallback;
}

const common: Readonly<Record<string, Compile>> = {
  static: (value) => () => value as AttributeValue,
  env: (name, _, { environment }) => {
    const value = environment[String(name)];
    return () => value;
  },
  error: () => (facts, fetch) => (fetch ? fetch.result?.errorCode : facts.failure),
  context_id: () => (facts) => facts.requestId,
  request_context: (key) => (facts) => toAttribute(facts.request.context?.get(String(key))),
  response_context: (key) => (facts) => toAttribute(facts.request.context?.get(String(key))),
  baggage: (name) => (facts) => findBaggage(readBaggage(facts.request.headers), String(name)),
};

const requestHeader: Compile = (name, selector, surroundings) =>
  masked(
    { side: "client", direction: "request", name, selector, surroundings },
    ({ request }, _, lowerCase) => readHeader(request.headers, lowerCase),
  );

const responseHeader: Compile = (name, selector, surroundings) =>
  masked(
    { side: "client", direction: "response", name, selector, surroundings },
    ({ response }, _, lowerCase) => readHeader(response?.headers, lowerCase),
  );

const responseStatus: Compile = (form) => (facts) => showStatus(facts.response?.status, form);
const operationName: Compile = (form) => (facts) => showName(facts.operationFacts?.name, form);
const operationKind: Compile = () => (facts) => facts.operationFacts?.kind;
const onGraphqlError: Compile = (wanted) => (facts) => facts.hasGraphqlErrors === wanted;

const queryVariable: Compile = (name) => (facts) =>
  toAttribute(facts.operationFacts?.variables?.[String(name)]);

const query: Compile = (form) => {
  switch (form) {
    case "aliases":
    case "depth":
    case "height":
      return (facts) => facts.operationFacts?.measure?.[form];
    case "root_fields":
      return (facts) => facts.operationFacts?.measure?.rootFields;
    default:
      return (facts) => facts.operationFacts?.document;
  }
};

const router: Readonly<Record<string, Compile>> = {
  request_header: requestHeader,
  response_header: responseHeader,
  response_status: responseStatus,
  operation_name: operationName,
  on_graphql_error: onGraphqlError,
  ...routerAnswers,
  request_method: (wanted) => (facts) => (wanted === true ? facts.request.method : undefined),
  response_size_hint: (wanted) => (facts) => (wanted === true ? facts.response?.bytes : undefined),
  trace_id: (format) => (facts) => facts.traceId && formatTraceId(facts.traceId, format as TraceIdFormat),
  router_overhead: (wanted) => (facts) => (wanted === true ? facts.overheadMs / 1_000 : undefined),
  request_duration: (unit) => {
    const factor = unit === "seconds" ? 0.001 : unit === "nanoseconds" ? 1_000_000 : 1;
    return (facts) => facts.durationMs * factor;
  },
  active_subgraph_requests: (form) => (facts) =>
    form === "bool" ? facts.activeFetches > 0 : facts.activeFetches,
};

const supergraph: Readonly<Record<string, Compile>> = {
  operation_name: operationName,
  operation_kind: operationKind,
  query,
  query_variable: queryVariable,
  request_header: requestHeader,
  response_header: responseHeader,
  response_status: responseStatus,
  on_graphql_error: onGraphqlError,
  is_primary_response: (wanted) => (facts) => (wanted === true ? facts.isPrimaryAnswer : undefined),
  ...supergraphAnswers,
  // The cast holds: the configuration lets only these words through.
  cost: (part) => readCost[part as keyof typeof readCost],
};

const sentHeader: Compile = (name, selector, surroundings) =>
  masked(
    { side: "subgraph", direction: "request", name, selector, surroundings },
    (_, fetch, lowerCase) => fetch?.fetch.headers?.[lowerCase],
  );

const receivedHeader: Compile = (name, selector, surroundings) =>
  masked({ side: "subgraph", direction: "response", name, selector, surroundings }, (_, fetch, lowerCase) =>
    readHeader(fetch?.result?.headers, lowerCase),
  );

const subgraph: Readonly<Record<string, Compile>> = {
  subgraph_name: (wanted) => (_, fetch) => (wanted === true ? fetch?.fetch.subgraph : undefined),
  subgraph_operation_name: (form) => (_, fetch) => showName(fetch?.fetch.operationName, form),
  subgraph_operation_kind: () => (_, fetch) => fetch?.fetch.operationKind,
  subgraph_query: () => (_, fetch) => fetch?.fetch.document,
  subgraph_request_header: sentHeader,
  subgraph_request_body_size: (wanted) => (_, fetch) =>
    wanted === true ? fetch?.fetch.bodyBytes : undefined,
  subgraph_response_header: receivedHeader,
  subgraph_response_status: (form) => (_, fetch) => showStatus(fetch?.result?.status, form),
  subgraph_resend_count: (wanted) => (wanted === true ? resendCount : () => undefined),
  subgraph_response_body_size: (wanted) => (_, fetch) => (wanted === true ? fetch?.result?.bytes : undefined),
  subgraph_on_graphql_error: (wanted) => (_, fetch) => (fetch?.result?.errorCode !== undefined) === wanted,
  ...subgraphAnswers,
  supergraph_operation_name: operationName,
  supergraph_operation_kind: operationKind,
  supergraph_query: query,
  supergraph_query_variable: queryVariable,
  supergraph_request_header: requestHeader,
};

const httpClient: Readonly<Record<string, Compile>> = {
  request_header: sentHeader,
  response_header: receivedHeader,
};

const byLevel: Readonly<Record<Level, Readonly<Record<string, Compile>>>> = {
  router,
  supergraph,
  subgraph,
  http_client: httpClient,
  graphql: { ...fieldSelectors, operation_name: operationName },
  cache: subgraph,
};

interface HeaderSelector {
  /** With whom it is exchanged. What a client sent is judged by what is said for all, at every level. */
  side: "client" | "subgraph";
  direction: "request" | "response";
  name: unknown;
  selector: Selector;
  surroundings: Surroundings;
}

type ReadNamed = (...facts: [...Parameters<ReadValue>, lowerCase: string]) => string | undefined;

/** A header's value, unless nobody may see it: what the selector itself says counts first. */
function masked(
  { side, direction, name, selector: { redact }, surroundings }: HeaderSelector,
  read: ReadNamed,
): ReadValue {
  const lowerCase = String(name).toLowerCase();
  return (facts, fetch) => {
    const value = read(facts, fetch, lowerCase);
    if (value === undefined || redact === "allow") return value;
    const isMasked =
      redact === "mask" ||
      surroundings.isMasked(direction, lowerCase, side === "subgraph" ? fetch?.fetch.subgraph : undefined);
    return isMasked ? maskedValue : value;
  };
}
