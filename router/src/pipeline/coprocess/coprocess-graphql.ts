import type { GraphqlBody } from "../../coprocessor/graphql-body.ts";
import { writeHeaderMap } from "../../coprocessor/header-map.ts";
import { CoprocessorError } from "../../coprocessor/reply.ts";
import type { RequestStage } from "../../coprocessor/request-stage.ts";
import type { ResponseStage } from "../../coprocessor/response-stage.ts";
import type { JsonValue } from "../../json.ts";
import type { QueryPlan } from "../../planner/plan.ts";
import { planToJson, printPlan } from "../../planner/print-plan.ts";
import { type Answer, answerWith, next, type Staged, textOf } from "../answer.ts";
import type { Exchange } from "../exchange.ts";
import type { Execution } from "../execute-operation.ts";
import { type GraphqlRequest, readRequest } from "../read-graphql-request.ts";
import type { PlannedOperation } from "../resolved-operation.ts";
import { coprocessResults } from "./coprocess-stream.ts";
import { answerBroken, factsOf, guardStage, type KnownOperation, replaceRequest } from "./stage-parts.ts";

export type GraphqlLevel = "supergraph" | "execution";

export interface AskedOperation extends KnownOperation {
  level: GraphqlLevel;
  queryPlan?: QueryPlan;
}

/** The request as GraphQL: what it asks and with which variables may change, and the head that subgraphs get. */
export async function coprocessOperation(
  exchange: Exchange,
  { level, queryPlan, ...known }: AskedOperation,
  ask: RequestStage,
): Promise<Staged<GraphqlRequest>> {
  const { request } = exchange;
  const asked = await guardStage(exchange, `${level} request`, async () => {
    const outcome = await ask(factsOf(exchange, request.headers, known), {
      headers: () => writeHeaderMap(request.headers),
      body: () => writeRequest(known.graphqlRequest),
      method: request.method,
      ...(queryPlan && { queryPlan: () => writePlan(queryPlan) }),
    });
    if (outcome?.kind !== "continue") return outcome;
    return { ...outcome, body: outcome.body === undefined ? undefined : readBack(outcome.body) };
  });
  if (asked.kind === "answer") return asked;
  const outcome = asked.value;
  if (outcome?.kind === "break") return answerWith(answerBroken(outcome));
  if (outcome?.headers) replaceRequest(exchange, { headers: outcome.headers, body: "" });
  return next(outcome?.body ?? known.graphqlRequest);
}

/** As Apollo Router writes it: what is empty is left out. */
function writeRequest({ query, operationName, variables, extensions }: GraphqlRequest): object {
  return {
    query,
    operationName,
    ...(Object.keys(variables).length > 0 && { variables }),
    ...(Object.keys(extensions).length > 0 && { extensions }),
  };
}

function readBack(body: JsonValue): GraphqlRequest {
  const read = readRequest(body, (problem) => ({ status: 500, errors: [{ message: problem }] }));
  if (read.kind === "next") return read.value;
  throw new CoprocessorError(
    `the coprocessor's \`body\` is no GraphQL request: ${read.answer.errors?.[0]?.message}`,
  );
}

function writePlan(plan: QueryPlan): object {
  const { node = { kind: "Sequence", nodes: [] } } = planToJson(plan) as { node?: object };
  return { root: node, formatted_query_plan: printPlan(plan).trimEnd() };
}

/** The plan stands: of the request only the variables count still. */
export async function coprocessPlanned(
  exchange: Exchange,
  planned: Execution & PlannedOperation,
  ask: RequestStage,
): Promise<Staged<Execution & PlannedOperation>> {
  const asked = await coprocessOperation(exchange, { level: "execution", ...planned }, ask);
  if (asked.kind === "answer") return asked;
  const graphqlRequest = asked.value;
  if (graphqlRequest === planned.graphqlRequest) return next(planned);
  const checked = planned.operation.checkVariables(graphqlRequest.variables);
  if (checked.kind === "invalid") return answerWith({ status: 400, errors: checked.errors });
  return next({ ...planned, graphqlRequest, variables: checked.variables });
}

/** The answer as GraphQL, once for each of its parts. */
export async function coprocessResult(
  exchange: Exchange,
  { level, answer, ...known }: KnownOperation & { level: GraphqlLevel; answer: Answer },
  ask: ResponseStage<GraphqlBody>,
): Promise<Answer> {
  if (answer.stream) return { ...answer, stream: coprocessResults(exchange, answer.stream, { known, ask }) };
  const headers = new Headers(answer.headers);
  const body = readAnswer(answer);
  const facts = {
    ...factsOf(exchange, headers, known),
    status: answer.status,
    hasErrors: (body.errors?.length ?? 0) > 0,
  };
  const asked = await guardStage(exchange, `${level} response`, () =>
    ask(facts, { headers: () => writeHeaderMap(headers), body, status: answer.status }),
  );
  if (asked.kind === "answer") return asked.answer;
  const outcome = asked.value;
  if (!outcome) return answer;
  return {
    status: outcome.status ?? answer.status,
    headers: outcome.headers ?? headers,
    ...outcome.body,
  };
}

function readAnswer({ body, data, errors, extensions }: Answer): GraphqlBody {
  // The cast holds: the router has written it.
  if (body !== undefined) return JSON.parse(textOf(body)) as GraphqlBody;
  return {
    ...(data !== undefined && { data }),
    ...(errors && { errors: [...errors] }),
    ...(extensions && { extensions }),
  };
}
