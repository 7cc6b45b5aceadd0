import type { Unauthorized } from "../authorization/authorization.ts";
import type { Bill } from "../cost/bill.ts";
import type { EntityCache } from "../entity-cache/create-entity-cache.ts";
import type { RequestCache } from "../entity-cache/request-cache.ts";
import type { PlanRun } from "../execute/plan-run.ts";
import type { Recording } from "../execute/recording.ts";
import { Replay } from "../execute/replay.ts";
import type { Shortcut } from "../execute/shortcut.ts";
import { Splice } from "../execute/splice/splice.ts";
import type { JsonObject } from "../json.ts";
import type { Operation } from "../operation/operation.ts";
import type { CallerContext } from "../subgraphs/caller-context.ts";
import type { HeaderSources } from "../subgraphs/propagate-headers.ts";
import { withoutFiles } from "../uploads/file-map.ts";
import { type Answer, writeBody } from "./answer.ts";
import { completeAnswer } from "./complete-answer.ts";
import type { Exchange, KeptExchange } from "./exchange.ts";
import type { Price } from "./judge-cost.ts";
import { noteActualCost, openBill } from "./pay-cost.ts";
import type { Pipeline } from "./pipeline.ts";
import type { GraphqlRequest } from "./read-graphql-request.ts";
import type { PlannedOperation } from "./resolved-operation.ts";

export interface Execution extends PlannedOperation {
  operation: Operation;
  unauthorized: Unauthorized | undefined;
  variables: JsonObject;
  graphqlRequest: GraphqlRequest;
  /** What it is estimated to cost, where somebody asks. */
  price: Price | undefined;
}

/** Runs the plan and brings what the subgraphs answered into the client's shape. */
export async function executeOperation(exchange: Exchange, execution: Execution): Promise<Answer> {
  const bill = openBill(exchange, execution);
  const answer = await runPlan(exchange, execution, bill);
  if (bill) noteActualCost(exchange, execution, { bill, answer });
  return answer;
}

async function runPlan(exchange: Exchange, execution: Execution, bill: Bill | undefined): Promise<Answer> {
  const { pipeline, upload } = exchange;
  const { operation, variables } = execution;
  const callSubgraph = pipeline.callerFor(callerContext(exchange, execution));
  const start = {
    variables: upload ? withoutFiles(variables, upload.map) : variables,
    callSubgraph: bill ? bill.watch(callSubgraph) : callSubgraph,
  };
  if (pipeline.entityCache) return runCached(exchange, execution, { ...start, cache: pipeline.entityCache });
  if (operation.kind !== "query" || upload) return runAnew(exchange, execution, start);
  return askAll(exchange, execution, start);
}

/** Every subgraph is asked, and its answer read no further than it must be. */
async function askAll(exchange: Exchange, execution: Execution, start: Start): Promise<Answer> {
  const { pipeline } = exchange;
  const { operation, variables, step } = execution;
  const conditions = operation.conditionVariables.map((name) => variables[name] === true).join();
  const { past, recording } = pipeline.recordings.begin(step, conditions);
  if (past) return replay(exchange, execution, { ...start, past, recording });
  return spliceOrRun(exchange, execution, { ...start, recording });
}

async function spliceOrRun(exchange: Exchange, execution: Execution, start: Start): Promise<Answer> {
  const { unauthorized, step } = execution;
  const splicing = unauthorized ? undefined : execution.splicing;
  const plan = splicing?.begin();
  if (!splicing || !plan) return runAnew(exchange, execution, start);
  const splice = new Splice(plan, start.callSubgraph, start.recording);
  await runShortcut(exchange, execution, { ...start, shortcut: splice });
  const body = splice.finish();
  if (!body) {
    splicing.failed();
    return runAnew(exchange, execution, { ...start, known: splice.known });
  }
  splicing.succeeded();
  if (start.recording) exchange.pipeline.recordings.keep(step, start.recording, body);
  return { status: 200, body };
}

/** A replay asks every subgraph what it asked before, which is what a cache is there to save. */
async function runCached(
  exchange: Exchange,
  execution: Execution,
  { cache, ...start }: Start & { cache: EntityCache },
): Promise<Answer> {
  const { request, context, caller, observer } = exchange;
  const sources = sourcesOf({ headers: request.headers, context }, execution);
  const caching = cache.begin({ observer, caller, sources });
  const { unauthorized, step } = execution;
  const answer = await answerCached(exchange, execution, { ...start, cache, caching });
  const hasErrors = (answer.errors?.length ?? 0) > 0;
  if (isPlain(answer) && !unauthorized) {
    const written = cache.remember(step, start.variables, caching, () => writeBody(answer));
    if (written !== undefined) answer.body = written;
  }
  const { headers, extensions } = cache.describe(caching, hasErrors);
  return {
    ...answer,
    headers: { ...answer.headers, ...headers },
    extensions: { ...answer.extensions, ...extensions },
  };
}

function answerCached(
  exchange: Exchange,
  execution: Execution,
  { cache, caching, ...start }: Start & { cache: EntityCache; caching: RequestCache },
): Answer | Promise<Answer> {
  const { unauthorized, step, splicing, cachedPlan } = execution;
  const isPlainQuery = !unauthorized && !exchange.upload && splicing !== undefined;
  if (isPlainQuery && cachedPlan?.passesBy(start.variables, caching)) {
    // Without the cache all is asked, whichever way the answer is read: so the run may be recorded.
    return askAll(exchange, execution, {
      ...start,
      callSubgraph: cachedPlan.folding(caching, start.callSubgraph),
    });
  }
  const body = unauthorized ? undefined : cache.recall(step, start.variables, caching);
  return body === undefined ? runAnew(exchange, execution, { ...start, caching }) : { status: 200, body };
}

function isPlain({ body, errors, extensions }: Answer): boolean {
  return body === undefined && errors?.length === 0 && extensions === undefined;
}

type Start = Omit<PlanRun, "data" | "errors">;

async function replay(
  exchange: Exchange,
  execution: Execution,
  { past, ...start }: Start & { past: Recording },
): Promise<Answer> {
  const { recordings } = exchange.pipeline;
  const replayed = new Replay(past, start.callSubgraph);
  await runShortcut(exchange, execution, { ...start, shortcut: replayed });
  if (replayed.isUnchanged) {
    recordings.foundUnchanged(execution.step);
    return { status: 200, body: past.body };
  }
  recordings.foundChanged(execution.step);
  return runAnew(exchange, execution, { ...start, known: replayed.known });
}

async function runShortcut(
  { observer }: Exchange,
  { step }: Execution,
  start: Start & { shortcut: Shortcut },
): Promise<void> {
  const executing = observer.stage("execution");
  await step({ ...start, data: null, errors: [] });
  executing.end();
}

async function runAnew(exchange: Exchange, execution: Execution, start: Start): Promise<Answer> {
  const { pipeline, observer } = exchange;
  const { step } = execution;
  const executing = observer.stage("execution");
  const run: PlanRun = { ...start, data: null, errors: [] };
  const pending = step(run);
  if (pending) await pending;
  executing.end();

  const formatting = observer.stage("format_response");
  const answer = completeAnswer(pipeline, execution, run);
  formatting.end();
  if (!answer.extensions && answer.errors?.length === 0 && start.recording) {
    answer.body = writeBody(answer);
    pipeline.recordings.keep(step, start.recording, answer.body);
  }
  return answer;
}

/** What calls of subgraphs for this execution have to know. */
export function callerContext(exchange: Exchange, execution: Execution): CallerContext {
  const { pipeline, observer, upload, caller, context, deadlineMs, abort, request, together } = exchange;
  const { headers } = request;
  return contextOf({ pipeline, observer, caller, context, headers }, execution, {
    deadlineMs,
    signal: abort?.signal,
    isWaiting: () => !request.signal.aborted,
    upload,
    together,
  });
}

/** The same for whoever asks on a client's behalf, and waits in a way of its own. */
export function contextOf(
  asker: Omit<KeptExchange, "url">,
  execution: Pick<Execution, "operation" | "graphqlRequest" | "price">,
  waiting: Pick<CallerContext, "deadlineMs" | "signal" | "isWaiting" | "upload" | "together">,
): CallerContext {
  const { pipeline, observer, caller } = asker;
  return {
    sources: sourcesOf(asker, execution),
    caller,
    epoch: pipeline.entityCache?.epoch,
    observer,
    operation: execution.operation,
    ...waiting,
    ...refusals(pipeline, execution),
  };
}

/** For operations that would ask too much of one subgraph. */
function refusals(
  { costs }: Pipeline,
  { price }: Pick<Execution, "price">,
): Pick<CallerContext, "refuse"> | undefined {
  const demandControl = costs?.demandControl;
  if (!price || !demandControl) return undefined;
  return { refuse: (subgraph) => demandControl.refusalFor(subgraph, price.bySubgraph) };
}

/** What header rules may read. */
export function sourcesOf(
  { headers, context }: Pick<HeaderSources, "headers" | "context">,
  { graphqlRequest }: Pick<Execution, "graphqlRequest">,
): HeaderSources {
  return { headers, body: bodyOf(graphqlRequest), context };
}

function bodyOf({ query, operationName, variables, extensions }: GraphqlRequest): JsonObject {
  return {
    query: query ?? null,
    ...(operationName !== undefined && { operationName }),
    variables,
    extensions,
  };
}
