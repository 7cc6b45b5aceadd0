import { STATUS_CODES } from "node:http";
import type { SubgraphAnswer } from "../execute/subgraph-answer.ts";
import type { GraphqlError } from "../graphql-error.ts";
import { parseMediaTypes } from "../http/media-types.ts";
import { graphqlJsonType, jsonType } from "../http/negotiate.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import type { SubgraphResponse } from "../subgraph-client/transport.ts";

/**
 * Turns an HTTP answer into data and errors. An error status adds an error but keeps what the body says;
 * a body that is no GraphQL answer becomes one error.
 */
export function readAnswer(subgraph: string, response: SubgraphResponse): SubgraphAnswer {
  const answer = readBody(subgraph, response);
  answer.head = response;
  if (response.status >= 200 && response.status < 300) return answer;
  const reason = `${response.status}: ${STATUS_CODES[response.status] ?? "Unknown"}`;
  return { ...answer, errors: [httpError(subgraph, reason, response.status), ...answer.errors] };
}

/** Whether nothing but the bytes of its body decides what an answer means. */
export function isReadable(response: SubgraphResponse): boolean {
  if (response.status < 200 || response.status >= 300) return false;
  return findContentTypeProblem(response.header("content-type")) === undefined;
}

export function httpError(subgraph: string, reason: string, status?: number): GraphqlError {
  return {
    message: `HTTP fetch failed from '${subgraph}': ${reason}`,
    extensions: {
      code: "SUBREQUEST_HTTP_ERROR",
      service: subgraph,
      reason,
      ...(status !== undefined && { http: { status } }),
    },
  };
}

function readBody(subgraph: string, response: SubgraphResponse): SubgraphAnswer {
  const contentType = response.header("content-type");
  const problem = findContentTypeProblem(contentType);
  if (problem !== undefined) return failed(httpError(subgraph, problem, response.status));
  const text = response.text();
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch (error) {
    const isJsonType = contentType?.includes(graphqlJsonType) === false;
    const isError = response.status < 200 || response.status >= 300;
    if (isError && isJsonType)
      return failed(malformed(subgraph, text === "" ? "<empty response body>" : text));
    return failed(malformed(subgraph, error instanceof Error ? error.message : "invalid JSON"));
  }
  return readPayload(subgraph, value);
}

/** A subgraph writes its type with the same parameters each time. */
let lastReadableType: string | undefined;

function findContentTypeProblem(contentType: string | undefined): string | undefined {
  if (contentType === jsonType || contentType === lastReadableType) return undefined;
  const expected = `; expected content-type: ${jsonType} or content-type: ${graphqlJsonType}`;
  if (contentType === undefined) return `subgraph response does not contain 'content-type' header${expected}`;
  const [type] = parseMediaTypes(contentType);
  if (!type)
    return `subgraph response contains invalid 'content-type' header value ${JSON.stringify(contentType)}${expected}`;
  if (type.essence === jsonType || type.essence === graphqlJsonType) {
    lastReadableType = contentType;
    return undefined;
  }
  return `subgraph response contains unsupported content-type: ${contentType}${expected}`;
}

/** Reads an answer that has come without HTTP around it, or what is inside. */
export function readPayload(subgraph: string, value: JsonValue): SubgraphAnswer {
  if (!isJsonObject(value)) return failed(malformed(subgraph, "expected a JSON object"));
  const { data, errors, extensions } = value;
  if (errors !== undefined && errors !== null && !Array.isArray(errors)) {
    return failed(malformed(subgraph, "`errors` is not a list"));
  }
  const read = errors ? readErrors(subgraph, errors) : noErrors;
  if (read === undefined) return failed(malformed(subgraph, "an item of `errors` is not a GraphQL error"));
  if (data === undefined && read.length === 0) {
    return failed(malformed(subgraph, "graphql response without data must contain at least one error"));
  }
  if (data !== undefined && data !== null && !isJsonObject(data)) {
    return failed(malformed(subgraph, "`data` is not an object"));
  }
  const answer: SubgraphAnswer = { data: data ?? null, errors: read };
  if (isJsonObject(extensions)) answer.extensions = extensions;
  return answer;
}

const noErrors: GraphqlError[] = [];

function readErrors(subgraph: string, errors: JsonValue[]): GraphqlError[] | undefined {
  const read: GraphqlError[] = [];
  for (const error of errors) {
    if (!isJsonObject(error) || typeof error.message !== "string") return undefined;
    const extensions: JsonObject = isJsonObject(error.extensions) ? error.extensions : {};
    const path = Array.isArray(error.path) ? error.path.filter(isPathStep) : undefined;
    read.push({
      message: error.message,
      ...(path && { path }),
      ...(Array.isArray(error.locations) && { locations: error.locations.flatMap(readLocation) }),
      extensions: { ...extensions, service: extensions.service ?? subgraph },
    });
  }
  return read;
}

function readLocation(location: JsonValue): { line: number; column: number }[] {
  if (!isJsonObject(location)) return [];
  const { line, column } = location;
  return typeof line === "number" && typeof column === "number" ? [{ line, column }] : [];
}

function isPathStep(step: JsonValue): step is string | number {
  return typeof step === "string" || typeof step === "number";
}

export function malformed(subgraph: string, reason: string): GraphqlError {
  return {
    message: `service '${subgraph}' response was malformed: ${reason}`,
    extensions: { service: subgraph, reason, code: "SUBREQUEST_MALFORMED_RESPONSE" },
  };
}

function failed(error: GraphqlError): SubgraphAnswer {
  return { data: null, errors: [error] };
}
