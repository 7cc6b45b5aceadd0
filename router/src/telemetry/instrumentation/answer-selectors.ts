import { isJsonObject, type JsonObject, type JsonValue } from "../../json.ts";
import { findJson, type JsonPath, parseJsonPath, selectJson } from "../../json-path.ts";
import type { ObservedAnswer, ObservedResponse } from "../observer.ts";
import { toAttribute } from "./attribute-values.ts";
import type { FetchFacts, ReadValue } from "./facts.ts";
import { UnsupportedTelemetry } from "./unsupported.ts";

type Table = Readonly<Record<string, (argument: unknown) => ReadValue>>;

/** Selectors that look into answers. An answer is read once, and only if one of them is configured. */
export const routerAnswers: Table = {
  response_body: (wanted) => (facts) => (wanted === true ? textOf(facts.response?.body) : undefined),
  response_errors: (text) => {
    const path = compilePath(text);
    return (facts) => toAttribute(findJson(path, errorsOf(facts.response)));
  },
  response_errors_count: (text) => {
    const path = compilePath(text);
    return (facts) => facts.response && selectJson(path, errorsOf(facts.response)).length;
  },
  response_errors_field: (text) => {
    const path = compilePath(text);
    return (facts) => {
      const found = errorsOf(facts.response).map((error) => findJson(path, error) ?? null);
      const texts = found.filter((value) => value !== null).map(asText);
      return texts.length > 0 ? texts : undefined;
    };
  },
};

export const supergraphAnswers: Table = {
  response_errors: routerAnswers.response_errors!,
  response_data: (text) => {
    const path = compilePath(text);
    return (facts) => toAttribute(findJson(path, bodyOf(facts.response)?.data ?? null));
  },
};

export const subgraphAnswers: Table = {
  subgraph_response_data: (text) => {
    const path = compilePath(text);
    return (_, fetch) => toAttribute(findJson(path, answerOf(fetch).data));
  },
  subgraph_response_errors: (text) => {
    const path = compilePath(text);
    return (_, fetch) => toAttribute(findJson(path, answerOf(fetch).errors));
  },
  subgraph_query_variable: (name) => (_, fetch) => {
    const { variables } = parse(fetch?.fetch.body) ?? {};
    return isJsonObject(variables) ? toAttribute(variables[String(name)]) : undefined;
  },
};

function compilePath(text: unknown): JsonPath {
  const path = parseJsonPath(String(text));
  if (!path) throw new UnsupportedTelemetry(`the JSON path "${String(text)}"`);
  return path;
}

function asText(value: JsonValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

const bodies = new WeakMap<ObservedResponse, JsonObject | undefined>();

/** An answer of one piece, read once. */
export function bodyOf(response: ObservedResponse | undefined): JsonObject | undefined {
  if (!response) return undefined;
  if (!bodies.has(response)) bodies.set(response, parse(textOf(response.body)));
  return bodies.get(response);
}

function errorsOf(response: ObservedResponse | undefined): JsonValue[] {
  const errors = bodyOf(response)?.errors;
  return Array.isArray(errors) ? errors : [];
}

function textOf(body: string | Uint8Array | undefined): string | undefined {
  return body === undefined || typeof body === "string" ? body : Buffer.from(body).toString();
}

function parse(text: string | undefined): JsonObject | undefined {
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(text) as JsonValue;
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function answerOf(fetch: FetchFacts | undefined): { data: JsonValue; errors: JsonValue[] } {
  let answer: ObservedAnswer | undefined = fetch?.result?.answer;
  while (answer && "read" in answer) answer = answer.read();
  // The casts hold: both come from JSON.
  return { data: (answer?.data ?? null) as JsonValue, errors: [...(answer?.errors ?? [])] as JsonValue[] };
}
