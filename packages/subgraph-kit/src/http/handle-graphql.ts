import type { ExecutionResult, GraphQLFormattedError } from "graphql";
import { type CachePolicy, restrict, toHeader } from "../cache-control/policy.ts";
import { runWithContext, type SubgraphContext } from "../context/request-context.ts";
import { formatErrors, raiseAlert } from "../errors/format-errors.ts";
import { kitErrors } from "../errors/kit-errors.ts";
import type { OperationCache, PreparedOperation } from "../execute/operation-cache.ts";
import type { Logger } from "../telemetry/logger.ts";
import type { RequestTelemetry } from "../telemetry/request-telemetry.ts";
import { negotiate } from "./negotiate.ts";
import { type BadRequest, type GraphqlRequest, readRequest } from "./read-request.ts";

// biome-ignore lint/suspicious/noExplicitAny: the handler passes the context on and never looks into its tables.
export type AnyContext = SubgraphContext<any, unknown>;

export interface GraphqlHandlerOptions {
  operations: OperationCache;
  bodyBytesMax: number;
  /** False when the schema has no `@cacheControl` at all: nothing is folded then. */
  keepsAnswers: boolean;
  log: Logger;
  onErrorCode(code: string): void;
  /** Undefined when the request bears no valid signed context. */
  makeContext(
    request: Request,
    telemetry: RequestTelemetry,
  ): Promise<AnyContext | undefined> | AnyContext | undefined;
  observe(request: Request): RequestTelemetry;
}

export function createGraphqlHandler(
  options: GraphqlHandlerOptions,
): (request: Request) => Promise<Response> {
  return async function handleGraphql(request) {
    const telemetry = options.observe(request);
    const answer = await answerRequest(request, telemetry, options).catch((error) => {
      const { requestId, tenant: tenantId } = telemetry;
      const log = () => options.log.child({ tenantId, requestId });
      raiseAlert(error, { operation: undefined, query: "", log });
      const message = `Internal server error (request ${requestId})`;
      return refuse({ status: 500, message, code: "INTERNAL_SERVER_ERROR" });
    });
    telemetry.finish(answer.response.status, answer.success);
    return answer.response;
  };
}

/** A request's way through a subgraph. */
async function answerRequest(
  request: Request,
  telemetry: RequestTelemetry,
  options: GraphqlHandlerOptions,
): Promise<Answer> {
  const mediaType = negotiate(request.headers.get("accept"));
  if (mediaType === undefined) return refuse({ status: 406, message: "This subgraph answers JSON" });
  const context = await options.makeContext(request, telemetry);
  if (context === undefined) return refuseStranger(mediaType);
  const body = await readRequest(request, options.bodyBytesMax);
  if ("status" in body) return refuse(body, mediaType);
  const operation = options.operations.prepare(body.query, body.operationName);
  if ("errors" in operation) {
    return writeResult({ errors: operation.errors.map((error) => error.toJSON()) }, { mediaType });
  }
  const wrong = checkKind(operation, request);
  if (wrong) return refuse(wrong, mediaType);
  telemetry.operation(operation.name, operation.kind);
  const result = await execute(operation, body, context);
  return answer({ operation, body, context, result, mediaType, options });
}

interface Answer {
  response: Response;
  success: boolean;
}

function execute(
  operation: PreparedOperation,
  { variables }: GraphqlRequest,
  context: AnyContext,
): ExecutionResult | Promise<ExecutionResult> {
  return runWithContext(context, () => operation.run(context, variables));
}

function checkKind({ kind }: PreparedOperation, { method }: Request): BadRequest | undefined {
  if (kind === "subscription") {
    return { status: 400, message: "Subscriptions are asked for as a stream, not with one request" };
  }
  if (kind === "mutation" && method === "GET") {
    return { status: 405, message: "Mutations are asked with POST", headers: { allow: "POST" } };
  }
  return undefined;
}

function answer(parts: {
  operation: PreparedOperation;
  body: GraphqlRequest;
  context: AnyContext;
  result: ExecutionResult;
  mediaType: string;
  options: GraphqlHandlerOptions;
}): Answer {
  const { operation, body, context, result, mediaType } = parts;
  const { keepsAnswers, onErrorCode } = parts.options;
  // Without data the request itself was wrong: a variable that does not fit its type.
  if (result.data === undefined) {
    const errors = (result.errors ?? []).map((error) => ({
      message: error.message,
      ...(error.locations && { locations: error.locations }),
      extensions: { ...error.extensions, code: "BAD_USER_INPUT" },
    }));
    return writeResult({ errors }, { mediaType });
  }
  if (result.errors?.length) {
    const errors = formatErrors(result.errors, {
      requestId: context.caller.requestId,
      ...{ operation: operation.name, query: body.query },
      log: () => context.log,
    });
    for (const { extensions } of errors) onErrorCode(String(extensions?.code));
    return writeResult({ data: result.data, errors }, { mediaType });
  }
  if (!keepsAnswers) return writeResult({ data: result.data }, { mediaType });
  const policy = context.hints.reduce<CachePolicy>(restrict, operation.foldPolicy(body.variables));
  return writeResult({ data: result.data }, { mediaType, policy });
}

interface FormattedResult {
  data?: unknown;
  errors?: readonly GraphQLFormattedError[];
}

/** An answer with errors is never kept. */
function writeResult(
  result: FormattedResult,
  { mediaType, policy }: { mediaType: string; policy?: CachePolicy },
): Answer {
  const response = new Response(JSON.stringify(result), {
    status: "data" in result ? 200 : 400,
    headers: {
      "content-type": `${mediaType}; charset=utf-8`,
      "cache-control": policy ? toHeader(policy) : "no-store",
    },
  });
  return { response, success: !result.errors };
}

function refuseStranger(mediaType: string): Answer {
  const { message, status, code } = kitErrors.CONTEXT_REQUIRED();
  return refuse({ status, message, code }, mediaType);
}

function refuse(
  { status, message, headers, code = "BAD_REQUEST" }: BadRequest & { code?: string },
  mediaType = "application/json",
): Answer {
  const body = JSON.stringify({ errors: [{ message, extensions: { code } }] });
  const response = new Response(body, {
    status,
    headers: { "content-type": `${mediaType}; charset=utf-8`, "cache-control": "no-store", ...headers },
  });
  return { response, success: false };
}
