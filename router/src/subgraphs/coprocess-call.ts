import type { Stages } from "../coprocessor/create-coprocessor.ts";
import type { GraphqlBody } from "../coprocessor/graphql-body.ts";
import { writeHeaderMap } from "../coprocessor/header-map.ts";
import { CoprocessorError } from "../coprocessor/reply.ts";
import type { OperationFacts, StageFacts } from "../coprocessor/stage-facts.ts";
import type { SubgraphAnswer, SubgraphCall } from "../execute/subgraph-answer.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import type { SubgraphResponse } from "../subgraph-client/transport.ts";
import type { CallerContext } from "./caller-context.ts";

/** A call as it will be sent. */
export interface OutgoingCall {
  call: SubgraphCall;
  headers: Record<string, string>;
  url: URL;
}

export interface ReceivedAnswer {
  answer: SubgraphAnswer;
  /** Undefined where none came. */
  response: SubgraphResponse | undefined;
}

export type CoprocessedCall = ({ kind: "call" } & OutgoingCall) | ({ kind: "answer" } & ReceivedAnswer);

/** One call and its answer on their way past the coprocessor. Throws a `CoprocessorError`. */
export class CoprocessedExchange {
  private readonly subgraphRequestId = crypto.randomUUID().replaceAll("-", "");

  constructor(
    private readonly stages: Stages<GraphqlBody>,
    private readonly caller: CallerContext,
  ) {}

  async beforeCall(outgoing: OutgoingCall): Promise<CoprocessedCall> {
    const { call, headers, url } = outgoing;
    const { subgraph: serviceName } = call;
    const outcome = await this.stages.request?.(this.factsOf(call, new Headers(headers)), {
      headers: () => writeHeaderMap(Object.entries(headers)),
      body: () => JSON.parse(call.body) as unknown,
      method: "POST",
      uri: url.href,
      serviceName,
      subgraphRequestId: this.subgraphRequestId,
    });
    if (!outcome) return { kind: "call", ...outgoing };
    if (outcome.kind === "break") {
      return { kind: "answer", answer: toAnswer(serviceName, outcome.body), response: undefined };
    }
    return {
      kind: "call",
      call: outcome.body === undefined ? call : { ...call, ...readBody(outcome.body) },
      headers: outcome.headers ? Object.fromEntries(outcome.headers) : headers,
      url: outcome.uri === undefined ? url : readUrl(outcome.uri),
    };
  }

  async afterCall(call: SubgraphCall, received: ReceivedAnswer): Promise<SubgraphAnswer> {
    const { answer, response } = received;
    const headers = response?.headers ?? new Headers();
    const status = response?.status ?? (answer.errors.length > 0 ? 500 : 200);
    const { data, errors, extensions } = answer;
    const facts = { ...this.factsOf(call, headers), status, hasErrors: errors.length > 0 };
    const outcome = await this.stages.response?.(facts, {
      headers: () => writeHeaderMap(headers),
      body: { data, errors, ...(extensions && { extensions }) },
      status,
      serviceName: call.subgraph,
      subgraphRequestId: this.subgraphRequestId,
    });
    return outcome ? { ...toAnswer(call.subgraph, outcome.body), head: answer.head } : answer;
  }

  private factsOf(call: SubgraphCall, headers: Headers): StageFacts & { context: Map<string, unknown> } {
    const { observer, sources, operation } = this.caller;
    const variables = isJsonObject(sources.body.variables) ? sources.body.variables : {};
    return {
      requestId: observer.requestId,
      traceId: observer.traceId,
      context: sources.context,
      headers,
      clientHeaders: sources.headers,
      method: "POST",
      operation: { name: operation.name, kind: operation.kind, text: operation.text, variables },
      subgraph: new CalledOperation(call),
    };
  }
}

/** Reads the variables only where a condition asks for them. */
class CalledOperation implements OperationFacts {
  readonly subgraph: string;
  readonly name: string | undefined;
  readonly kind: string;
  readonly text: string;

  constructor(private readonly call: SubgraphCall) {
    this.subgraph = call.subgraph;
    this.name = call.operationName;
    this.kind = call.operationKind;
    this.text = call.document;
  }

  get variables(): JsonObject {
    const { variables } = JSON.parse(this.call.body) as JsonObject;
    return isJsonObject(variables) ? variables : {};
  }
}

function toAnswer(service: string, { data, errors = [], extensions }: GraphqlBody): SubgraphAnswer {
  return {
    data: data ?? null,
    errors: errors.map((error) => ({ ...error, extensions: { service, ...error.extensions } })),
    extensions,
  };
}

/** The query first, as every body of the executor has it. */
function readBody(body: JsonValue): Pick<SubgraphCall, "body" | "document"> {
  if (!isJsonObject(body) || typeof body.query !== "string") {
    throw new CoprocessorError("the coprocessor's `body` is no GraphQL request with a query");
  }
  const { query, ...rest } = body;
  return { body: JSON.stringify({ query, ...rest }), document: query };
}

function readUrl(text: string): URL {
  const url = URL.parse(text);
  if (url && ["http:", "https:", "unix:"].includes(url.protocol)) return url;
  throw new CoprocessorError(`the coprocessor's \`uri\` is no URL of a subgraph: ${text.slice(0, 200)}`);
}
