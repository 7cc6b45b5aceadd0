import type { JsonValue } from "../json.ts";
import type { StageCondition } from "./condition.ts";
import { type ContextChoice, selectContext, takeContext } from "./context.ts";
import {
  type BodyChoice,
  type GraphqlBody,
  isValid,
  mergeBody,
  readGraphqlBody,
  selectBody,
} from "./graphql-body.ts";
import type { HeaderMap } from "./header-map.ts";
import { CoprocessorError, type Reply } from "./reply.ts";
import { readHeaders } from "./request-stage.ts";
import type { StageFacts } from "./stage-facts.ts";

/** What may be told of an answer. */
export interface ResponseParts<Body> {
  headers(): HeaderMap;
  body: Body;
  status: number;
  serviceName?: string;
  subgraphRequestId?: string;
  /** Whether more parts follow, where an answer comes in parts. */
  hasNext?: boolean | undefined;
  /** Later parts have no head of their own. */
  isLaterPart?: boolean;
}

export interface ResponseOutcome<Body> {
  status: number | undefined;
  headers: Headers | undefined;
  body: Body;
}

export interface ResponseChoices {
  headers: boolean;
  context: ContextChoice;
  body: BodyChoice;
  sdl?: boolean;
  statusCode: boolean;
  serviceName?: boolean;
  subgraphRequestId?: boolean;
}

export interface ResponseStageParts<Body> {
  choices: ResponseChoices;
  condition: StageCondition | undefined;
  form: BodyForm<Body>;
  sdl: string;
  ask(payload: object): Promise<Reply>;
}

/** How a body is told and taken back. */
export interface BodyForm<Body> {
  write(body: Body, choice: BodyChoice): unknown;
  read(returned: JsonValue, original: Body, choice: BodyChoice): Body;
}

export type ResponseStage<Body> = (
  facts: StageFacts & { context: Map<string, unknown> },
  parts: ResponseParts<Body>,
) => Promise<ResponseOutcome<Body> | undefined>;

/** Throws a `CoprocessorError`. Undefined where the stage's condition does not hold. */
export function compileResponseStage<Body>(stage: ResponseStageParts<Body>): ResponseStage<Body> {
  const { choices, condition, form } = stage;
  return async function askAboutResponse(facts, parts) {
    if (condition?.(facts) === false) return undefined;
    const hasHead = parts.isLaterPart !== true;
    const sent = selectContext(facts.context, choices.context);
    const reply = await stage.ask({
      id: facts.requestId,
      headers: choices.headers && hasHead ? parts.headers() : undefined,
      body: form.write(parts.body, choices.body),
      context: sent && { entries: sent.entries },
      sdl: choices.sdl === true ? stage.sdl : undefined,
      serviceName: choices.serviceName === true ? parts.serviceName : undefined,
      statusCode: choices.statusCode && hasHead ? parts.status : undefined,
      hasNext: parts.hasNext,
      subgraphRequestId: choices.subgraphRequestId === true ? parts.subgraphRequestId : undefined,
    });
    takeContext(facts.context, reply.context, { choice: choices.context, sent });
    return {
      // `continue` means 200, as in Apollo Router.
      status: reply.hasControl ? (reply.breakStatus ?? 200) : undefined,
      headers: readHeaders(reply),
      body: reply.body === undefined ? parts.body : form.read(reply.body, parts.body, choices.body),
    };
  };
}

/** At the router an answer is a text. */
export const textForm: BodyForm<string> = {
  write: (body, choice) => (choice === true ? body : undefined),
  read(returned) {
    if (typeof returned !== "string") throw new CoprocessorError("the coprocessor's `body` is no text");
    return returned;
  },
};

/** Everywhere else it is GraphQL, and what had been right has to stay so. */
export function graphqlForm(validates: boolean): BodyForm<GraphqlBody> {
  return {
    write: selectBody,
    read(returned, original, choice) {
      const isHeldToRule = validates && isValid(original, choice);
      const read = readGraphqlBody(returned, false);
      if (read.kind === "malformed") {
        if (!isHeldToRule) return original;
        throw new CoprocessorError(`couldn't deserialize coprocessor output body: ${read.reason}`);
      }
      const body = mergeBody(original, read.body, choice);
      if (isHeldToRule && !isValid(body, true)) throw new CoprocessorError(bodyWithoutData);
      return body;
    },
  };
}

const bodyWithoutData =
  "couldn't deserialize coprocessor output body: graphql response without data must contain at least one error";
