import type { BatchingConfig } from "../config/sections/batching.ts";
import { findTooDeepPlace } from "../http/json-depth.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { type Answer, answerWith, next, type Staged } from "./answer.ts";
import { clientErrors } from "./client-errors.ts";

/** What a client asks, however it was sent. */
export interface GraphqlRequest {
  query: string | undefined;
  operationName: string | undefined;
  variables: JsonObject;
  extensions: JsonObject;
}

/** Several requests that came together. */
export interface RequestBatch {
  items: readonly GraphqlRequest[];
}

/** More than anybody sends in one request for a good reason; Apollo Router has no bound of its own. */
const batchItemsMax = 1_000;

export function readJsonRequest(text: string): Staged<GraphqlRequest> {
  const value = parseJson(text);
  if (value.kind === "answer") return value;
  if (Array.isArray(value.value)) return answerWith(clientErrors.batchingDisabled);
  return readRequest(value.value, clientErrors.unreadableBody);
}

export function readJsonRequests(
  text: string,
  { enabled, maximumSize = batchItemsMax }: BatchingConfig,
): Staged<GraphqlRequest | RequestBatch> {
  const parsed = parseJson(text);
  if (parsed.kind === "answer") return parsed;
  const { value } = parsed;
  if (!Array.isArray(value)) return readRequest(value, clientErrors.unreadableBody);
  if (!enabled) return answerWith(clientErrors.batchingDisabled);
  if (value.length === 0) return answerWith(clientErrors.emptyBatch);
  if (value.length > maximumSize) return answerWith(clientErrors.batchTooLarge(value.length, maximumSize));
  const items: GraphqlRequest[] = [];
  for (const each of value) {
    const item = readRequest(each, clientErrors.unreadableBody);
    if (item.kind === "answer") return item;
    items.push(item.value);
  }
  return next({ items });
}

function parseJson(text: string): Staged<JsonValue> {
  const tooDeep = findTooDeepPlace(text);
  if (tooDeep) return answerWith(clientErrors.unreadableBody(describeDepth(tooDeep)));
  try {
    return next(JSON.parse(text) as JsonValue);
  } catch (error) {
    return answerWith(clientErrors.unreadableBody(error instanceof Error ? error.message : "invalid JSON"));
  }
}

function describeDepth({ line, column }: { line: number; column: number }): string {
  return `recursion limit exceeded at line ${line} column ${column}`;
}

/** `variables` and `extensions` are JSON in a query string. */
export function readQueryString(search: string): Staged<GraphqlRequest> {
  if (search.length <= 1) return answerWith(clientErrors.noOperation);
  const parameters = new URLSearchParams(search);
  const request: JsonObject = {};
  for (const name of ["query", "operationName"]) {
    const value = parameters.getAll(name).at(-1);
    if (value !== undefined) request[name] = value;
  }
  for (const name of ["variables", "extensions"]) {
    const text = parameters.getAll(name).at(-1);
    if (text === undefined) continue;
    const tooDeep = findTooDeepPlace(text);
    if (tooDeep) return answerWith(clientErrors.unreadableQuery(describeDepth(tooDeep)));
    try {
      const value = JSON.parse(text) as JsonValue;
      if (value === null) return answerWith(clientErrors.unreadableQuery(wrongType(name, value, "a map")));
      request[name] = value;
    } catch (error) {
      return answerWith(
        clientErrors.unreadableQuery(`${name}: ${error instanceof Error ? error.message : "bad JSON"}`),
      );
    }
  }
  return readRequest(request, clientErrors.unreadableQuery);
}

export function readRequest(value: JsonValue, refuse: (problem: string) => Answer): Staged<GraphqlRequest> {
  if (!isJsonObject(value))
    return answerWith(refuse(`invalid type: ${nameType(value)}, expected a GraphQL request`));
  const { query = null, operationName = null, variables = null, extensions = null } = value;
  if (query !== null && typeof query !== "string")
    return answerWith(refuse(wrongType("query", query, "a string")));
  if (operationName !== null && typeof operationName !== "string") {
    return answerWith(refuse(wrongType("operationName", operationName, "a string")));
  }
  if (variables !== null && !isJsonObject(variables)) {
    return answerWith(refuse(wrongType("variables", variables, "a map")));
  }
  if (extensions !== null && !isJsonObject(extensions)) {
    return answerWith(refuse(wrongType("extensions", extensions, "a map")));
  }
  return next({
    query: query ?? undefined,
    operationName: operationName ?? undefined,
    variables: variables ?? {},
    extensions: extensions ?? {},
  });
}

function wrongType(name: string, value: JsonValue, expected: string): string {
  return `invalid type: ${nameType(value)}, expected ${expected} for \`${name}\``;
}

function nameType(value: JsonValue): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "sequence";
  return typeof value === "object" ? "map" : `${typeof value} \`${JSON.stringify(value).slice(0, 40)}\``;
}
