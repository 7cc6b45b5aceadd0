import {
  findBaggage,
  showName,
  showStatus,
  toAttribute,
} from "../telemetry/instrumentation/attribute-values.ts";
import type { AttributeValue, TraceIdFormat } from "../telemetry/telemetry-options.ts";
import { readBaggage } from "../telemetry/traces/propagation.ts";
import { formatTraceId } from "../telemetry/traces/trace-id.ts";
import type { StageFacts, StageLevel, StageMoment } from "./stage-facts.ts";

export type ReadValue = (facts: StageFacts) => AttributeValue | undefined;
export type Environment = Readonly<Record<string, string | undefined>>;

type Compile = (argument: unknown) => ReadValue;
type Table = Readonly<Record<string, Compile>>;

/** A selector that has nothing to read at this stage is always without a value, as in Apollo Router. */
export function compileSelector(
  selector: unknown,
  { level, moment, environment }: { level: StageLevel; moment: StageMoment; environment: Environment },
): ReadValue {
  if (typeof selector === "string") return () => selector;
  // The cast holds: the configuration has been checked.
  const parts = selector as Readonly<Record<string, unknown>>;
  const kind =
    Object.keys(parts).find((key) => !attributesOfOthers.has(key) && parts[key] !== undefined) ?? "";
  const compile =
    kind === "env" ? readEnvironment(environment) : (anywhere[kind] ?? tables[level][moment][kind]);
  const read = compile?.(parts[kind]) ?? nothing;
  const fallback = parts.default as AttributeValue | undefined;
  return fallback === undefined ? read : (facts) => read(facts) ?? fallback;
}

const attributesOfOthers: ReadonlySet<string> = new Set(["default", "redact", "condition"]);
const nothing: ReadValue = () => undefined;

const readEnvironment =
  (environment: Environment): Compile =>
  (name) => {
    const value = environment[String(name)];
    return () => value;
  };

const anywhere: Table = {
  static: (value) => () => value as AttributeValue,
  context_id: (wanted) => (facts) => (wanted === true ? facts.requestId : undefined),
  trace_id: (format) => (facts) => facts.traceId && formatTraceId(facts.traceId, format as TraceIdFormat),
  baggage: (name) => (facts) => findBaggage(readBaggage(facts.clientHeaders), String(name)),
};

const header: Compile = (name) => (facts) => facts.headers.get(String(name)) ?? undefined;
const clientHeader: Compile = (name) => (facts) => facts.clientHeaders.get(String(name)) ?? undefined;
const context: Compile = (key) => (facts) => toAttribute(facts.context.get(String(key)));
const status: Compile = (form) => (facts) => showStatus(facts.status, form);
const hasErrors: Compile = (wanted) => (facts) => facts.hasErrors === wanted;
const operationName: Compile = (form) => (facts) => showName(facts.operation?.name, form);
const operationKind: Compile = () => (facts) => facts.operation?.kind;

const operation: Table = {
  operation_name: operationName,
  operation_kind: operationKind,
  query: () => (facts) => facts.operation?.text,
};

const subgraphName: Table = {
  subgraph_name: (wanted) => (facts) => (wanted === true ? facts.subgraph?.subgraph : undefined),
  supergraph_operation_name: operationName,
  supergraph_operation_kind: operationKind,
};

const supergraph = {
  request: {
    ...operation,
    query_variable: (name) => (facts) => toAttribute(facts.operation?.variables[String(name)]),
    request_header: header,
    request_context: context,
  },
  response: {
    ...operation,
    response_header: header,
    response_status: status,
    response_context: context,
    on_graphql_error: hasErrors,
  },
} satisfies Record<StageMoment, Table>;

const tables: Readonly<Record<StageLevel, Readonly<Record<StageMoment, Table>>>> = {
  router: {
    request: {
      request_method: (wanted) => (facts) => (wanted === true ? facts.method : undefined),
      request_header: header,
      request_context: context,
    },
    response: {
      operation_name: operationName,
      response_header: header,
      response_status: status,
      response_context: context,
      on_graphql_error: hasErrors,
    },
  },
  supergraph,
  execution: supergraph,
  subgraph: {
    request: {
      ...subgraphName,
      subgraph_operation_name: (form) => (facts) => showName(facts.subgraph?.name, form),
      subgraph_operation_kind: () => (facts) => facts.subgraph?.kind,
      subgraph_query: () => (facts) => facts.subgraph?.text,
      subgraph_query_variable: (name) => (facts) => toAttribute(facts.subgraph?.variables[String(name)]),
      subgraph_request_header: header,
      supergraph_query: () => (facts) => facts.operation?.text,
      supergraph_query_variable: (name) => (facts) => toAttribute(facts.operation?.variables[String(name)]),
      supergraph_request_header: clientHeader,
      request_context: context,
    },
    response: {
      ...subgraphName,
      subgraph_operation_kind: () => (facts) => facts.subgraph?.kind,
      subgraph_response_header: header,
      subgraph_response_status: status,
      subgraph_on_graphql_error: hasErrors,
      response_context: context,
    },
  },
};
