import type { RequestStage } from "../coprocessor/request-stage.ts";
import { errorCodes } from "../graphql-error.ts";
import type { PeerReader } from "../http/peer.ts";
import type { JsonObject } from "../json.ts";
import type { ObservedResponse } from "../telemetry/observer.ts";
import { type Answer, answerWith, bodyOf, next, type Staged } from "./answer.ts";
import { answerBatch } from "./answer-batch.ts";
import { authenticate, renewCaller, requireAuthentication } from "./authenticate.ts";
import { announceDemands, authorize } from "./authorize.ts";
import { clientErrors } from "./client-errors.ts";
import { coprocessOperation, coprocessPlanned, coprocessResult } from "./coprocess/coprocess-graphql.ts";
import { coprocessAnswer, coprocessRequest } from "./coprocess/coprocess-router.ts";
import { beginExchange, type Exchange } from "./exchange.ts";
import { executeDeferred } from "./execute-deferred.ts";
import { executeIntrospection } from "./execute-introspection.ts";
import { type Execution, executeOperation } from "./execute-operation.ts";
import { exposePlan, readPlanExposure } from "./expose-query-plan.ts";
import { judgeCost } from "./judge-cost.ts";
import { limitRate } from "./limit-rate.ts";
import { openSubscription } from "./open-subscription.ts";
import { announceLabels } from "./override-labels.ts";
import type { Pipeline } from "./pipeline.ts";
import { planOperation } from "./plan-operation.ts";
import type { GraphqlRequest, RequestBatch } from "./read-graphql-request.ts";
import { checkHead, negotiate, readRequestBody } from "./receive.ts";
import { receiveFileMap } from "./receive-upload.ts";
import { resolveOperation } from "./resolve-operation.ts";
import { judgeText, resolvePersisted } from "./resolve-persisted.ts";
import type { PlannedOperation, ResolvedOperation } from "./resolved-operation.ts";
import { Turns } from "./turns.ts";
import { writeAnswer } from "./write-answer.ts";
import { acceptsStream } from "./write-stream.ts";

/** One for all: there is one event loop. */
const turns = new Turns(8);

/** A GraphQL request's way through the router, from its head to the last byte of the answer. */
export async function handleRequest(
  pipeline: Pipeline,
  request: Request,
  peers?: PeerReader,
): Promise<Response> {
  if (request.method === "OPTIONS") return pipeline.cors.answerPreflight(request);
  const exchange = beginExchange(pipeline, request, peers);
  return admit(exchange, (answer) => writeAnswer(exchange, answer));
}

/** The same way for an operation on a connection of many: only that someone else writes its answer. */
export async function answerOnConnection(
  pipeline: Pipeline,
  request: Request,
  peers: PeerReader,
): Promise<Answer> {
  const exchange = beginExchange(pipeline, request, peers);
  return admit(exchange, (answer) => {
    exchange.observer.end(observedOf(answer));
    return answer;
  });
}

/** Its body is written for whoever looks at it: the connection writes its own. */
function observedOf(answer: Answer): ObservedResponse {
  const { status } = answer;
  if (answer.stream) return { status };
  return {
    status,
    get body() {
      return bodyOf(answer);
    },
  };
}

/** Whether a connection of many operations may be opened by this head. */
export async function letsIn(pipeline: Pipeline, request: Request): Promise<boolean> {
  const exchange = beginExchange(pipeline, request);
  const authenticated = await authenticate(exchange);
  exchange.observer.end({ status: authenticated.kind === "next" ? 200 : authenticated.answer.status });
  return authenticated.kind === "next";
}

async function admit<Written>(
  exchange: Exchange,
  write: (answer: Answer) => Written | Promise<Written>,
): Promise<Written> {
  const { pipeline, observer } = exchange;
  const bodyBytes = announcedBytes(exchange);
  const admitted = pipeline.admission.enter(bodyBytes);
  if (admitted.kind === "answer") return write(refuse(exchange, admitted.answer));
  try {
    return await write(await answerInTime(exchange, () => answerRequest(exchange)));
  } catch (error) {
    observer.failed("INTERNAL_SERVER_ERROR", error);
    return write(refuse(exchange, clientErrors.internal(observer.requestId)));
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

function answerInTime(exchange: Exchange, answer: () => Promise<Answer>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      resolve(refuse(exchange, clientErrors.timedOut));
      exchange.abort?.abort();
    }, exchange.deadlineMs - performance.now());
    answer()
      .then((inTime) => {
        // Nobody reads a stream that was opened too late.
        if (isLate) inTime.stream?.parts.leave();
        resolve(inTime);
      }, reject)
      .finally(() => clearTimeout(timer));
  });
}

async function answerRequest(exchange: Exchange): Promise<Answer> {
  const turn = turns.enter();
  if (turn) await turn;
  const admitted = await admitCaller(exchange);
  if (admitted.kind === "answer") return refuse(exchange, admitted.answer);
  const answer = await answerCaller(exchange);
  const { response: ask } = exchange.pipeline.coprocessor.router;
  return ask ? coprocessAnswer(exchange, answer, ask) : answer;
}

/** Judged before the body is read: whoever is refused costs no more than a head. */
async function admitCaller(exchange: Exchange): Promise<Staged<undefined>> {
  const { pipeline, request } = exchange;
  const head = checkHead(pipeline, request);
  if (head.kind === "answer") return head;
  const authenticated = await authenticate(exchange);
  if (authenticated.kind === "answer") return authenticated;
  exchange.caller = authenticated.value;
  announceLabels(exchange);
  const { request: ask } = pipeline.coprocessor.router;
  const asked = ask ? await coprocessRequest(exchange, ask) : next(undefined);
  renewCaller(exchange);
  return asked.kind === "answer" ? asked : limitRate(exchange, "request");
}

async function answerCaller(exchange: Exchange): Promise<Answer> {
  const body = await receiveBody(exchange);
  if (body.kind === "answer") return refuse(exchange, body.answer);
  if (!("items" in body.value)) return answerRead(exchange, body.value);
  return answerBatch(exchange, body.value, (item, request) =>
    answerInTime(item, () => answerRead(item, request)),
  );
}

async function answerRead(exchange: Exchange, request: GraphqlRequest): Promise<Answer> {
  const received = await receiveOperation(exchange, request);
  if (received.kind === "answer") return refuse(exchange, received.answer);
  const stage = exchange.observer.stage("supergraph");
  const { usage } = exchange.pipeline;
  const startedMs = usage ? performance.now() : 0;
  try {
    const answer = await answerOperation(exchange, received.value);
    if (usage) noteUse(exchange, received.value, { answer, startedMs });
    return answer;
  } finally {
    stage.end();
  }
}

function noteUse(
  { pipeline, request }: Exchange,
  { operation, graphqlRequest }: ReceivedOperation,
  { answer, startedMs }: { answer: Answer; startedMs: number },
): void {
  const { variables } = graphqlRequest;
  const hasErrors = (answer.errors?.length ?? 0) > 0;
  const latencyMs = performance.now() - startedMs;
  pipeline.usage?.asked(request.headers, { operation, variables, hasErrors, latencyMs });
}

async function answerOperation(exchange: Exchange, received: ReceivedOperation): Promise<Answer> {
  const { supergraph } = exchange.pipeline.coprocessor;
  const asked = supergraph.request
    ? await coprocessReceived(exchange, received, supergraph.request)
    : next(received);
  if (asked.kind === "answer") return refuse(exchange, asked.answer);
  renewCaller(exchange);
  const answer = await runOperation(exchange, asked.value);
  if (!supergraph.response) return answer;
  return coprocessResult(exchange, { level: "supergraph", ...asked.value, answer }, supergraph.response);
}

/** What the coprocessor made of the operation is found valid like any other. */
async function coprocessReceived(
  exchange: Exchange,
  received: ReceivedOperation,
  ask: RequestStage,
): Promise<Staged<ReceivedOperation>> {
  const asked = await coprocessOperation(exchange, { level: "supergraph", ...received }, ask);
  if (asked.kind === "answer") return asked;
  const graphqlRequest = asked.value;
  const { query, operationName } = received.graphqlRequest;
  const isSame = graphqlRequest.query === query && graphqlRequest.operationName === operationName;
  return isSame ? next({ ...received, graphqlRequest }) : resolveReceived(exchange, graphqlRequest);
}

async function runOperation(exchange: Exchange, received: ReceivedOperation): Promise<Answer> {
  const prepared = await prepareExecution(exchange, received);
  if (prepared.kind === "answer") return refuse(exchange, prepared.answer);
  const exposure = readPlanExposure(exchange);
  if (exposure === "alone") return exposePlan({ status: 200 }, prepared.value.queryPlan);
  const answer = await executePlan(exchange, prepared.value);
  return exposure === "added" ? exposePlan(answer, prepared.value.queryPlan) : answer;
}

async function executePlan(exchange: Exchange, planned: Execution & PlannedOperation): Promise<Answer> {
  const { execution } = exchange.pipeline.coprocessor;
  const asked = execution.request
    ? await coprocessPlanned(exchange, planned, execution.request)
    : next(planned);
  if (asked.kind === "answer") return refuse(exchange, asked.answer);
  const answer = await executeInItsWay(exchange, asked.value);
  if (!execution.response) return answer;
  return coprocessResult(exchange, { level: "execution", ...asked.value, answer }, execution.response);
}

function executeInItsWay(exchange: Exchange, planned: Execution & PlannedOperation): Promise<Answer> {
  const { subscription, deferral, variables } = planned;
  const part = deferral?.(variables);
  if (part) return executeDeferred(exchange, planned, part);
  if (!subscription) return executeOperation(exchange, planned);
  return openSubscription(exchange, { ...planned, subscription }, prepareAnew);
}

interface ReceivedOperation extends ResolvedOperation {
  graphqlRequest: GraphqlRequest;
}

async function receiveBody(exchange: Exchange): Promise<Staged<GraphqlRequest | RequestBatch>> {
  const negotiated = negotiate(exchange.pipeline, exchange.request);
  if (negotiated.kind === "answer") return negotiated;
  const body = await readRequestBody(exchange, negotiated.value);
  if (body.kind === "answer") return body;
  const allowed = requireAuthentication(exchange);
  return allowed.kind === "answer" ? allowed : body;
}

/** What the client asks, found valid. */
async function receiveOperation(
  exchange: Exchange,
  request: GraphqlRequest,
): Promise<Staged<ReceivedOperation>> {
  const persisted = await resolvePersisted(exchange, request);
  if (persisted.kind === "answer") return persisted;
  const { graphqlRequest, isListed } = persisted.value;
  const received = resolveReceived(exchange, graphqlRequest);
  if (received.kind === "answer" || isListed) return received;
  const { document, text } = received.value.operation;
  const judged = judgeText(exchange, document, text);
  return judged.kind === "answer" ? judged : received;
}

function resolveReceived(exchange: Exchange, graphqlRequest: GraphqlRequest): Staged<ReceivedOperation> {
  const { pipeline, request, observer, context } = exchange;
  const parsing = observer.stage("parse_query");
  const resolved = resolveOperation(pipeline, graphqlRequest);
  parsing.end();
  if (resolved.kind === "answer") return resolved;
  const { operation, guarded } = resolved.value;
  const { name, kind, text: document, measure, fields } = operation;
  observer.operation({ name, kind, document, measure, fields, variables: graphqlRequest.variables });
  if (pipeline.keepsContext) noteOperation(context, operation);
  if (request.method !== "POST" && operation.kind === "mutation")
    return answerWith(clientErrors.mutationByGet);
  if (guarded) announceDemands(exchange, guarded);
  return next({ ...resolved.value, graphqlRequest });
}

/** Under Apollo Router's names, for coprocessors and for headers that are made from the context. */
function noteOperation(context: Map<string, unknown>, { name, kind }: ResolvedOperation["operation"]): void {
  if (name !== undefined) context.set("apollo::supergraph::operation_name", name);
  context.set("apollo::supergraph::operation_kind", kind);
}

/** How it is answered: by the router itself, or by running a plan. */
async function prepareExecution(
  exchange: Exchange,
  { graphqlRequest, operation, ...resolved }: ReceivedOperation,
): Promise<Staged<Execution & PlannedOperation>> {
  const { upload } = exchange;
  if (upload) {
    const mapped = await receiveFileMap(upload, graphqlRequest);
    if (mapped.kind === "answer") return mapped;
  }
  const isStream = operation.kind === "subscription" && operation.asksSubgraphs;
  if (isStream && exchange.together) return answerWith(clientErrors.batchedSubscription);
  if (isStream && !acceptsStream(exchange, "subscription")) {
    return answerWith(clientErrors.subscriptionNotAccepted);
  }
  const checked = operation.checkVariables(graphqlRequest.variables);
  if (checked.kind === "invalid") return answerWith({ status: 400, errors: checked.errors });
  const { variables } = checked;
  const counted = await limitRate(exchange, "operation", operation);
  if (counted.kind === "answer") return counted;
  const planned = await planExecution(exchange, { graphqlRequest, operation, variables, ...resolved });
  if (planned.kind === "answer") return planned;
  const cost = planned.value.price?.total;
  const affordable = await limitRate(exchange, "cost", { ...operation, cost });
  return affordable.kind === "answer" ? affordable : planned;
}

interface CheckedOperation extends ReceivedOperation {
  variables: JsonObject;
}

async function planExecution(
  exchange: Exchange,
  { graphqlRequest, operation, variables, ...resolved }: CheckedOperation,
): Promise<Staged<Execution & PlannedOperation>> {
  const { pipeline } = exchange;
  if (operation.introspection !== "none") {
    return answerWith(executeIntrospection(pipeline, operation, variables));
  }
  if (operation.kind === "mutation" && operation.asksSubgraphs && pipeline.config.forbidMutations) {
    return answerWith(clientErrors.mutationsForbidden);
  }
  const authorized = authorize(exchange, { operation, ...resolved });
  if (authorized.kind === "answer") return authorized;
  const defers = takesParts(exchange, operation);
  const planned = await planOperation(exchange, { ...authorized.value, defers });
  if (planned.kind === "answer") return planned;
  const priced = judgeCost(exchange, planned.value, variables);
  if (priced.kind === "answer") return priced;
  return next({ ...authorized.value, variables, graphqlRequest, price: priced.value, ...planned.value });
}

/** A client that reads single answers only gets the whole, whatever it marked as deferred. */
function takesParts(exchange: Exchange, { kind, usesDefer }: ResolvedOperation["operation"]): boolean {
  return usesDefer && kind !== "subscription" && acceptsStream(exchange, "incremental");
}

/** For what goes on under a pipeline that it did not begin with. It has been counted. */
async function prepareAnew(
  exchange: Exchange,
  graphqlRequest: GraphqlRequest,
): Promise<Staged<Execution & PlannedOperation>> {
  const resolved = resolveOperation(exchange.pipeline, graphqlRequest);
  if (resolved.kind === "answer") return resolved;
  const checked = resolved.value.operation.checkVariables(graphqlRequest.variables);
  if (checked.kind === "invalid") return answerWith({ status: 400, errors: checked.errors });
  const { variables } = checked;
  return planExecution(exchange, { ...resolved.value, graphqlRequest, variables });
}

/** The router's own errors are counted here, those of subgraphs where they are read. */
function refuse({ observer }: Exchange, answer: Answer): Answer {
  const codes = errorCodes(answer.errors ?? []);
  observer.graphqlErrors(codes);
  if (answer.status >= 500) observer.failed(codes[0] ?? String(answer.status));
  return answer;
}
