import { CoprocessorError } from "../../coprocessor/reply.ts";
import type { RequestOutcome } from "../../coprocessor/request-stage.ts";
import type { StageFacts } from "../../coprocessor/stage-facts.ts";
import type { Operation } from "../../operation/operation.ts";
import { type Answer, answerWith, next, type Staged } from "../answer.ts";
import { clientErrors } from "../client-errors.ts";
import type { Exchange } from "../exchange.ts";
import type { GraphqlRequest } from "../read-graphql-request.ts";

type StageTitle = `${"router" | "supergraph" | "execution"} ${"request" | "response"}`;

/** A coprocessor that cannot be asked, or answers what cannot be used, ends the request. */
export async function guardStage<Result>(
  exchange: Exchange,
  title: StageTitle,
  work: () => Promise<Result>,
): Promise<Staged<Result>> {
  const { observer, pipeline } = exchange;
  const stage = observer.stage("external_plugin");
  try {
    return next(await work());
  } catch (error) {
    if (!(error instanceof CoprocessorError)) throw error;
    const fields = { request_id: observer.requestId };
    pipeline.telemetry.logger.error(fields, `coprocessor: ${title} stage error: ${error.message}`);
    return answerWith(explain(error, title, observer.requestId));
  } finally {
    stage.end();
  }
}

/** Only the execution stage says why, as in Apollo Router. */
function explain(error: CoprocessorError, title: StageTitle, requestId: string): Answer {
  if (title.startsWith("execution")) return clientErrors.executionFailed(error.message);
  return error.isTimeout ? clientErrors.timedOut : clientErrors.internal(requestId);
}

export interface KnownOperation {
  operation: Operation;
  graphqlRequest: GraphqlRequest;
}

/** @param headers those of the request, or of the answer where the stage is about one */
export function factsOf(
  exchange: Exchange,
  headers: Headers,
  known?: KnownOperation,
): StageFacts & { context: Map<string, unknown> } {
  const { request, observer, context } = exchange;
  return {
    requestId: observer.requestId,
    traceId: observer.traceId,
    context,
    headers,
    clientHeaders: request.headers,
    method: request.method,
    operation: known && {
      name: known.operation.name,
      kind: known.operation.kind,
      text: known.operation.text,
      variables: known.graphqlRequest.variables,
    },
  };
}

export function answerBroken({ status, headers, body }: RequestOutcome & { kind: "break" }): Answer {
  return { status, ...(headers && { headers }), ...body };
}

export interface RequestChange {
  headers: Headers | undefined;
  body: string | undefined;
}

/** Later stages see the request as the coprocessor wants it. */
export function replaceRequest(exchange: Exchange, { headers, body }: RequestChange): void {
  if (headers === undefined && body === undefined) return;
  const { request } = exchange;
  const head = headers ?? withoutLength(request.headers);
  const { method, signal } = request;
  const hasBody = method !== "GET" && method !== "HEAD" && body !== undefined;
  exchange.request = hasBody
    ? new Request(request.url, { method, headers: head, body, signal })
    : new Request(request, { headers: head });
}

/** Of a body that has been read and decoded. */
function withoutLength(headers: Headers): Headers {
  const rest = new Headers(headers);
  rest.delete("content-length");
  rest.delete("content-encoding");
  return rest;
}
