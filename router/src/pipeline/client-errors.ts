import { acceptProblem, contentTypeProblem, getContentTypeProblem } from "../http/negotiate.ts";
import type { JsonObject } from "../json.ts";
import type { Answer } from "./answer.ts";

/** A client that is ahead of the router must not keep on believing what this one does not know yet. */
const uncachedHeaders = { "cache-control": "private, no-cache, must-revalidate" };

/** Every refusal of a request before its operation is read: code, status and message, as Apollo Router has them. */
export const clientErrors = {
  rateLimited: refusal(503, "REQUEST_RATE_LIMITED", "Your request has been rate limited"),
  limitReached: refusal(429, "RATE_LIMITED", "Too many requests"),
  limitsUnavailable: {
    ...refusal(503, "RATE_LIMIT_UNAVAILABLE", "Requests cannot be counted at the moment"),
    headers: { "retry-after": "1" },
  },
  concurrencyLimited: refusal(
    503,
    "REQUEST_CONCURRENCY_LIMITED",
    "Your request has been concurrency limited",
  ),
  overloaded: refusal(503, "OVERLOADED", "The router has more work than it can finish in time"),
  timedOut: refusal(504, "GATEWAY_TIMEOUT", "Your request has been timed out"),
  uploadTooSlow: refusal(504, "GATEWAY_TIMEOUT", "The file upload operation body took too long to arrive"),
  forged: (message: string) => refusal(400, "CSRF_ERROR", message),
  unauthenticated: refusal(401, "AUTH_ERROR", "unauthenticated"),
  notAuthenticated: refusal,
  badAccept: refusal(406, "INVALID_ACCEPT_HEADER", acceptProblem),
  badContentType: refusal(415, "INVALID_CONTENT_TYPE_HEADER", contentTypeProblem),
  badGetContentType: refusal(415, "INVALID_CONTENT_TYPE_HEADER", getContentTypeProblem),
  bodyTooLarge: refusal(
    413,
    "INVALID_GRAPHQL_REQUEST",
    "Request body payload too large",
    "Request body payload too large",
  ),
  queryTooLarge: invalidRequest(414, "query string too large for the `http_max_request_bytes` configuration"),
  noOperation: invalidRequest(
    400,
    "There was no GraphQL operation to execute. Use the `query` parameter to send an operation, using either GET or POST.",
  ),
  unknownEncoding: { status: 415, headers: { "accept-encoding": "gzip,br,deflate" } },
  unreadableBody: (problem: string) =>
    invalidRequest(400, `failed to deserialize the request body into JSON: ${problem}`),
  unreadableQuery: (problem: string) =>
    invalidRequest(400, `failed to decode a valid GraphQL request from path ${problem}`),
  batchingDisabled: refusal(400, "BATCHING_NOT_ENABLED", "Invalid GraphQL request", "batching not enabled"),
  emptyBatch: invalidRequest(400, "failed to decode a valid GraphQL request from path: empty array "),
  batchTooLarge: (size: number, max: number) =>
    refusal(
      422,
      "BATCH_LIMIT_EXCEEDED",
      "Invalid GraphQL request",
      `Batch limits exceeded: you provided a batch with ${size} entries, but the configured maximum router batch size is ${max}`,
    ),
  batchedSubscription: refusal(
    406,
    "BATCHING_SUBSCRIPTION_UNSUPPORTED",
    "Deferred responses and subscriptions aren't supported in batches",
  ),
  redactedValidation: refusal(400, "UNKNOWN_ERROR", "invalid query"),
  missingQuery: refusal(400, "MISSING_QUERY_STRING", "Must provide query string."),
  mutationByGet: {
    ...refusal(405, "MUTATION_FORBIDDEN", "Mutations can only be sent over HTTP POST"),
    headers: { allow: "POST" },
  },
  mutationsForbidden: refusal(400, "MUTATION_FORBIDDEN", "Mutations are forbidden"),
  tooManyHeaders: { status: 431 },
  methodNotAllowed: { status: 405, headers: { allow: "GET,HEAD,POST" } },
  subscriptionNotAccepted: refusal(
    406,
    "SUBSCRIPTION_BAD_HEADER",
    "the router received a query with a subscription but the client does not accept multipart/mixed HTTP responses. To enable subscription support, add the HTTP header 'Accept: multipart/mixed;subscriptionSpec=1.0'",
  ),
  apqNotSupported: {
    ...refusal(200, "PERSISTED_QUERY_NOT_SUPPORTED", "PersistedQueryNotSupported"),
    data: null,
  },
  apqNotFound: {
    ...refusal(200, "PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound"),
    data: null,
    headers: uncachedHeaders,
  },
  apqMismatch: {
    ...refusal(400, "PERSISTED_QUERY_HASH_MISMATCH", "provided sha does not match query"),
    data: null,
  },
  persistedIdRequired: refusal(
    400,
    "PERSISTED_QUERY_ID_REQUIRED",
    "This endpoint does not allow freeform GraphQL requests; operations must be sent by ID in the persisted queries GraphQL extension.",
  ),
  persistedIdAndBody: uncached(
    refusal(
      400,
      "CANNOT_SEND_PQ_ID_AND_BODY",
      "Sending a persisted query ID and a body in the same request is disallowed",
    ),
  ),
  persistedNotInList: (id: string, operationName: string | undefined) =>
    uncached({
      status: 404,
      errors: [
        {
          message: `Persisted query '${id}' not found in the persisted query list`,
          extensions: {
            ...(operationName !== undefined && { operation_name: operationName }),
            code: "PERSISTED_QUERY_NOT_IN_LIST",
          },
        },
      ],
    }),
  notInSafelist: uncached(
    refusal(403, "QUERY_NOT_IN_SAFELIST", "The operation body was not found in the persisted query safelist"),
  ),
  mixedIntrospection: refusal(
    200,
    "MIXED_INTROSPECTION",
    "Mixed queries with both schema introspection and concrete fields are not supported yet: " +
      "https://github.com/apollographql/router/issues/2789",
  ),
  introspectionTooDeep: {
    status: 200,
    errors: [{ message: "Maximum introspection depth exceeded" }],
  },
  introspectionDisabled: refusal(200, "INTROSPECTION_DISABLED", "introspection has been disabled"),
  planTooLarge: (message: string) => refusal(400, "OPERATION_TOO_LARGE", message),
  planningFailed: (message: string) => refusal(500, "QUERY_PLANNING_FAILED", message),
  tooExpensive: (estimated: number, max: number) => ({
    status: 200,
    errors: [
      {
        message: `query estimated cost ${estimated} exceeded configured maximum ${max}`,
        extensions: {
          "cost.estimated": estimated,
          "cost.max": max,
          code: "COST_ESTIMATED_TOO_EXPENSIVE",
        },
      },
    ],
  }),
  costUnknown: (problem: string) =>
    refusal(200, "COST_QUERY_PARSE_FAILURE", `Query could not be parsed: ${problem}`),
  executionFailed: (message: string) => refusal(500, "INTERNAL_SERVER_ERROR", message),
  internal: (requestId: string) =>
    refusal(500, "INTERNAL_SERVER_ERROR", `internal server error (request ${requestId})`),
} satisfies Record<string, Answer | MakeAnswer>;

/** Each with what it needs to say. */
type MakeAnswer = (...parts: never[]) => Answer;

function uncached(answer: Answer): Answer {
  return { ...answer, headers: uncachedHeaders };
}

function refusal(status: number, code: string, message: string, details?: string): Answer {
  const extensions: JsonObject = details === undefined ? { code } : { details, code };
  return { status, errors: [{ message, extensions }] };
}

function invalidRequest(status: number, details: string): Answer {
  return refusal(status, "INVALID_GRAPHQL_REQUEST", "Invalid GraphQL request", details);
}
