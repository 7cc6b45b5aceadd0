import { errorCodes } from "../graphql-error.ts";
import type { PeerReader } from "../http/peer.ts";
import { type Answer, answerWith, next, type Staged } from "./answer.ts";
import { authenticate, requireAuthentication } from "./authenticate.ts";
import { clientErrors } from "./client-errors.ts";
import { beginExchange, type Exchange } from "./exchange.ts";
import { executeIntrospection } from "./execute-introspection.ts";
import { type Execution, executeOperation } from "./execute-operation.ts";
import { exposePlan, readPlanExposure } from "./expose-query-plan.ts";
import { judgeCost } from "./judge-cost.ts";
import { limitRate } from "./limit-rate.ts";
import type { Pipeline } from "./pipeline.ts";
import { planOperation } from "./plan-operation.ts";
import type { GraphqlRequest } from "./read-graphql-request.ts";
import { checkHead, readRequestBody } from "./receive.ts";
import { receiveFileMap } from "./receive-upload.ts";
import { resolveOperation } from "./resolve-operation.ts";
import type { PlannedOperation, ResolvedOperation } from "./resolved-operation.ts";
import { writeAnswer } from "./write-answer.ts";

/** A GraphQL request's way through the router, from its head to the last byte of the answer. */
export async function handleRequest(
  pipeline: Pipeline,
  request: Request,
  peers?: PeerReader,
): Promise<Response> {
  if (request.method === "OPTIONS") return pipeline.cors.answerPreflight(request);
  const exchange = beginExchange(pipeline, request, peers);
  const bodyBytes = announcedBytes(exchange);
  const admitted = pipeline.admission.enter(bodyBytes);
  if (admitted.kind === "answer") return writeAnswer(exchange, refuse(exchange, admitted.answer));
  try {
    return await writeAnswer(exchange, await answerInTime(exchange));
  } catch (error) {
    exchange.observer.failed("INTERNAL_SERVER_ERROR", error);
    return writeAnswer(exchange, refuse(exchange, clientErrors.internal(exchange.observer.requestId)));
  } finally {
    exchange.upload?.close();
    pipeline.admission.leave(bodyBytes);
  }
}

/** More than the cap is never read. A body of unknown length is rare, and bounded by the same cap. */
function announcedBytes({ request, pipeline }: Exchange): number {
  const length = Number(request.headers.get("content-length")) || 0;
  return Math.min(length, pipeline.config.limits.httpMaxRequestBytes);
}

function answerInTime(exchange: Exchange): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      resolve(refuse(exchange, clientErrors.timedOut));
      exchange.abort?.abort();
    }, exchange.deadlineMs - performance.now());
    answerRequest(exchange)
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}

async function answerRequest(exchange: Exchange): Promise<Answer> {
  const received = await receiveOperation(exchange);
  if (received.kind === "answer") return refuse(exchange, received.answer);
  const stage = exchange.observer.stage("supergraph");
  try {
    const prepared = await prepareExecution(exchange, received.value);
    if (prepared.kind === "answer") return refuse(exchange, prepared.answer);
    const exposure = readPlanExposure(exchange);
    if (exposure === "alone") return exposePlan({ status: 200 }, prepared.value.queryPlan);
    const answer = await executeOperation(exchange, prepared.value);
    return exposure === "added" ? exposePlan(answer, prepared.value.queryPlan) : answer;
  } finally {
    stage.end();
  }
}

interface ReceivedOperation extends ResolvedOperation {
  graphqlRequest: GraphqlRequest;
}

/** What the client asks, read and found valid. */
async function receiveOperation(exchange: Exchange): Promise<Staged<ReceivedOperation>> {
  const { pipeline, request, observer } = exchange;
  const head = checkHead(pipeline, request);
  if (head.kind === "answer") return head;
  // Before the body is read: whoever is refused costs no more than a head.
  const authenticated = await authenticate(exchange);
  if (authenticated.kind === "answer") return authenticated;
  exchange.caller = authenticated.value;
  const counted = await limitRate(exchange, "request");
  if (counted.kind === "answer") return counted;
  const body = await readRequestBody(exchange, head.value);
  if (body.kind === "answer") return body;
  const allowed = requireAuthentication(exchange);
  if (allowed.kind === "answer") return allowed;
  const persisted = pipeline.resolvePersistedQuery(body.value);
  if (persisted.kind === "answer") return persisted;
  const graphqlRequest = persisted.value;

  const parsing = observer.stage("parse_query");
  const resolved = resolveOperation(pipeline, graphqlRequest);
  parsing.end();
  if (resolved.kind === "answer") return resolved;
  const { operation } = resolved.value;
  observer.operation({ name: operation.name, kind: operation.kind, document: operation.text });
  if (request.method !== "POST" && operation.kind === "mutation")
    return answerWith(clientErrors.mutationByGet);
  return next({ ...resolved.value, graphqlRequest });
}

/** How it is answered: by the router itself, or by running a plan. */
async function prepareExecution(
  exchange: Exchange,
  { graphqlRequest, operation, plans }: ReceivedOperation,
): Promise<Staged<Execution & PlannedOperation>> {
  const { pipeline, upload } = exchange;
  if (upload) {
    const mapped = await receiveFileMap(upload, graphqlRequest);
    if (mapped.kind === "answer") return mapped;
  }
  const checked = operation.checkVariables(graphqlRequest.variables);
  if (checked.kind === "invalid") return answerWith({ status: 400, errors: checked.errors });
  const { variables } = checked;
  const counted = await limitRate(exchange, "operation", operation);
  if (counted.kind === "answer") return counted;
  if (operation.introspection !== "none") {
    return answerWith(executeIntrospection(pipeline, operation, variables));
  }
  if (operation.kind === "mutation" && operation.plannable !== undefined && pipeline.config.forbidMutations) {
    return answerWith(clientErrors.mutationsForbidden);
  }
  const planned = await planOperation(exchange, { operation, plans });
  if (planned.kind === "answer") return planned;
  const priced = judgeCost(exchange, planned.value, variables);
  if (priced.kind === "answer") return priced;
  const price = priced.value;
  const affordable = await limitRate(exchange, "cost", { ...operation, cost: price?.total });
  if (affordable.kind === "answer") return affordable;
  return next({ operation, variables, graphqlRequest, price, ...planned.value });
}

/** The router's own errors are counted here, those of subgraphs where they are read. */
function refuse({ observer }: Exchange, answer: Answer): Answer {
  const codes = errorCodes(answer.errors ?? []);
  observer.graphqlErrors(codes);
  if (answer.status >= 500) observer.failed(codes[0] ?? String(answer.status));
  return answer;
}
