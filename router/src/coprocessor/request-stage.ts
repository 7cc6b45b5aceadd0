import type { JsonValue } from "../json.ts";
import type { StageCondition } from "./condition.ts";
import { type ContextChoice, selectContext, takeContext } from "./context.ts";
import { type GraphqlBody, readBrokenBody } from "./graphql-body.ts";
import { type HeaderMap, readHeaderMap } from "./header-map.ts";
import { CoprocessorError, type Reply } from "./reply.ts";
import type { StageFacts } from "./stage-facts.ts";

/** What may be told of a request; made only where it is asked for. */
export interface RequestParts {
  headers(): HeaderMap;
  /** Of the router stage the text, of the others the request as JSON. */
  body(): unknown;
  method: string;
  /** Where the client asked. */
  path?: string;
  /** Where the subgraph is asked. */
  uri?: string;
  serviceName?: string;
  subgraphRequestId?: string;
  queryPlan?(): unknown;
}

export type RequestOutcome =
  | { kind: "continue"; headers: Headers | undefined; body: JsonValue | undefined; uri: string | undefined }
  | { kind: "break"; status: number; headers: Headers | undefined; body: GraphqlBody };

export interface RequestChoices {
  headers: boolean;
  context: ContextChoice;
  body: boolean;
  sdl?: boolean;
  path?: boolean;
  method?: boolean;
  uri?: boolean;
  queryPlan?: boolean;
  serviceName?: boolean;
  subgraphRequestId?: boolean;
}

export interface RequestStageParts {
  choices: RequestChoices;
  condition: StageCondition | undefined;
  /** As Apollo Router has it: at the router and at subgraphs the method is told whether asked for or not. */
  alwaysTellsMethod: boolean;
  readBreakBody: (body: JsonValue | undefined) => GraphqlBody;
  sdl: string;
  ask(payload: object): Promise<Reply>;
}

export type RequestStage = (
  facts: StageFacts & { context: Map<string, unknown> },
  parts: RequestParts,
) => Promise<RequestOutcome | undefined>;

/** Throws a `CoprocessorError`. Undefined where the stage's condition does not hold. */
export function compileRequestStage(stage: RequestStageParts): RequestStage {
  const { choices, condition } = stage;
  return async function askAboutRequest(facts, parts) {
    if (condition?.(facts) === false) return undefined;
    const reply = await stage.ask({
      control: "continue",
      id: facts.requestId,
      headers: choices.headers ? parts.headers() : undefined,
      body: choices.body ? parts.body() : undefined,
      context: pickEntries(facts.context, choices.context),
      sdl: choices.sdl === true ? stage.sdl : undefined,
      uri: choices.uri === true ? parts.uri : undefined,
      method: choices.method === true || stage.alwaysTellsMethod ? parts.method : undefined,
      path: choices.path === true ? parts.path : undefined,
      serviceName: choices.serviceName === true ? parts.serviceName : undefined,
      queryPlan: choices.queryPlan === true ? parts.queryPlan?.() : undefined,
      subgraphRequestId: choices.subgraphRequestId === true ? parts.subgraphRequestId : undefined,
    });
    takeContext(facts.context, reply.context, { choice: choices.context, sent: undefined });
    const headers = readHeaders(reply);
    if (reply.breakStatus === undefined) {
      return { kind: "continue", headers, body: reply.body, uri: reply.uri };
    }
    return { kind: "break", status: reply.breakStatus, headers, body: stage.readBreakBody(reply.body) };
  };
}

function pickEntries(context: ReadonlyMap<string, unknown>, choice: ContextChoice) {
  const selected = selectContext(context, choice);
  return selected && { entries: selected.entries };
}

export function readHeaders({ headers }: Reply): Headers | undefined {
  if (headers === undefined) return undefined;
  try {
    return readHeaderMap(headers);
  } catch (cause) {
    throw new CoprocessorError(
      `the coprocessor's headers cannot be used: ${(cause as Error).message}`,
      false,
      {
        cause,
      },
    );
  }
}

/** At the router the body is a text: GraphQL if it is JSON, else what the one error says. An object is GraphQL, too. */
export function readRouterBreak(body: JsonValue | undefined, validates: boolean): GraphqlBody {
  const value = typeof body === "string" ? parseOrNull(body) : (body ?? null);
  if (value === null) return { errors: [{ message: textOf(body), extensions: { code: "ERROR" } }] };
  return readBrokenBody(value, validates);
}

/** A subgraph's stage takes a text for an error, too. */
export function readSubgraphBreak(body: JsonValue | undefined, validates: boolean): GraphqlBody {
  if (typeof body === "string") return { errors: [{ message: body, extensions: { code: "ERROR" } }] };
  return readBrokenBody(body, validates);
}

function textOf(body: JsonValue | undefined): string {
  return typeof body === "string" ? body : "";
}

function parseOrNull(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return null;
  }
}
