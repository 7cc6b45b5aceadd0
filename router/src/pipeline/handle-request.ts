import type { Answer } from "./answer.ts";
import { clientErrors } from "./client-errors.ts";
import { beginExchange, type Exchange } from "./exchange.ts";
import { executeIntrospection } from "./execute-introspection.ts";
import { executeOperation } from "./execute-operation.ts";
import type { Pipeline } from "./pipeline.ts";
import { planOperation } from "./plan-operation.ts";
import { checkHead, readRequestBody } from "./receive.ts";
import { receiveFileMap } from "./receive-upload.ts";
import { resolveOperation } from "./resolve-operation.ts";
import { writeAnswer } from "./write-answer.ts";

/** A GraphQL request's way through the router, from its head to the last byte of the answer. */
export async function handleRequest(pipeline: Pipeline, request: Request): Promise<Response> {
  if (request.method === "OPTIONS") return pipeline.cors.answerPreflight(request);
  const exchange = beginExchange(pipeline, request);
  const bodyBytes = announcedBytes(exchange);
  const admitted = pipeline.admission.enter(bodyBytes);
  if (admitted.kind === "answer") return writeAnswer(exchange, admitted.answer);
  try {
    return await writeAnswer(exchange, await answerInTime(exchange));
  } catch (error) {
    exchange.observer.failed("INTERNAL_SERVER_ERROR", error);
    return writeAnswer(exchange, clientErrors.internal(exchange.observer.requestId));
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
      resolve(clientErrors.timedOut);
      exchange.abort?.abort();
    }, exchange.deadlineMs - performance.now());
    answerRequest(exchange)
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}

async function answerRequest(exchange: Exchange): Promise<Answer> {
  const { pipeline, request, observer } = exchange;
  const head = checkHead(pipeline, request);
  if (head.kind === "answer") return head.answer;
  const received = await readRequestBody(exchange, head.value);
  if (received.kind === "answer") return received.answer;
  const persisted = pipeline.resolvePersistedQuery(received.value);
  if (persisted.kind === "answer") return persisted.answer;
  const graphqlRequest = persisted.value;

  const parsing = observer.stage("parse_query");
  const resolved = resolveOperation(pipeline, graphqlRequest);
  parsing.end();
  if (resolved.kind === "answer") return resolved.answer;
  const { operation } = resolved.value;
  observer.operation({ name: operation.name, kind: operation.kind, document: operation.text });
  if (request.method !== "POST" && operation.kind === "mutation") return clientErrors.mutationByGet;
  if (exchange.upload) {
    const mapped = await receiveFileMap(exchange.upload, graphqlRequest);
    if (mapped.kind === "answer") return mapped.answer;
  }
  const checked = operation.checkVariables(graphqlRequest.variables);
  if (checked.kind === "invalid") return { status: 400, errors: checked.errors };
  const { variables } = checked;
  if (operation.introspection !== "none") return executeIntrospection(pipeline, operation, variables);

  const planned = await planOperation(exchange, resolved.value);
  if (planned.kind === "answer") return planned.answer;
  return executeOperation(exchange, { operation, variables, graphqlRequest, step: planned.value });
}
