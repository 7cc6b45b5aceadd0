import type { GraphqlError } from "../graphql-error.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";

/** A GraphQL answer as coprocessors see and change it. */
export interface GraphqlBody {
  data?: JsonObject | null;
  errors?: GraphqlError[];
  extensions?: JsonObject;
  /** Of an answer that comes in parts. */
  incremental?: JsonValue;
  hasNext?: boolean;
}

export type BodyChoice =
  | boolean
  | { readonly data: boolean; readonly errors: boolean; readonly extensions: boolean };

/** The parts that are configured to be sent. */
export function selectBody(body: GraphqlBody, choice: BodyChoice): Record<string, unknown> | undefined {
  const { data, errors = [], extensions = {}, ...rest } = body;
  if (choice === true) {
    return {
      ...rest,
      ...(data !== undefined && { data }),
      ...(errors.length > 0 && { errors }),
      ...(Object.keys(extensions).length > 0 && { extensions }),
    };
  }
  if (choice === false || !(choice.data || choice.errors || choice.extensions)) return undefined;
  return {
    ...(choice.data && { data: data ?? null }),
    ...(choice.errors && { errors }),
    ...(choice.extensions && { extensions }),
  };
}

/** What came back in the place of what was sent; what was not sent stays as it was. */
export function mergeBody(body: GraphqlBody, returned: GraphqlBody, choice: BodyChoice): GraphqlBody {
  if (typeof choice === "boolean") return returned;
  const kept = (part: keyof BodyParts) => (choice[part] ? returned : body)[part];
  const parts = { ...body, data: kept("data"), errors: kept("errors"), extensions: kept("extensions") };
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined));
}

type BodyParts = Exclude<BodyChoice, boolean>;

/** Whether an answer without data says why, where a coprocessor sees either of the two. */
export function isValid({ data, errors = [] }: GraphqlBody, choice: BodyChoice): boolean {
  const isJudged = typeof choice === "boolean" ? choice : choice.data || choice.errors;
  return !isJudged || data !== undefined || errors.length > 0;
}

export type ReadBody = { kind: "body"; body: GraphqlBody } | { kind: "malformed"; reason: string };

/** @param validates whether an answer without data has to say why */
export function readGraphqlBody(value: JsonValue | undefined, validates: boolean): ReadBody {
  if (!isJsonObject(value)) return malformed("expected a JSON object");
  const { data, errors, extensions, incremental, hasNext } = value;
  if (errors !== undefined && errors !== null && !Array.isArray(errors))
    return malformed("`errors` is not a list");
  if (!(errors ?? []).every((error) => isJsonObject(error) && typeof error.message === "string")) {
    return malformed("an item of `errors` is not a GraphQL error");
  }
  if (extensions !== undefined && extensions !== null && !isJsonObject(extensions)) {
    return malformed("`extensions` is not an object");
  }
  if (data !== undefined && data !== null && !isJsonObject(data)) return malformed("`data` is not an object");
  if (validates && data === undefined && (errors ?? []).length === 0) {
    return malformed("graphql response without data must contain at least one error");
  }
  const body: GraphqlBody = {
    ...(data !== undefined && { data }),
    // The cast holds: each has been found to be an object with a message.
    ...(errors && { errors: errors as unknown as GraphqlError[] }),
    ...(extensions && { extensions }),
    ...(Array.isArray(incremental) && { incremental }),
    ...(typeof hasNext === "boolean" && { hasNext }),
  };
  return { kind: "body", body };
}

function malformed(reason: string): ReadBody {
  return { kind: "malformed", reason };
}

/** An answer of one error, as Apollo Router makes it of what a coprocessor says. */
export function errorBody(message: string, code: string): GraphqlBody {
  return { errors: [{ message, extensions: { code } }] };
}

/** What a coprocessor answers in the subgraphs' or the router's place. */
export function readBrokenBody(value: JsonValue | undefined, validates: boolean): GraphqlBody {
  const read = readGraphqlBody(value, validates);
  if (read.kind === "body") return read.body;
  return errorBody(
    `couldn't deserialize coprocessor output body: ${read.reason}`,
    "EXTERNAL_DESERIALIZATION_ERROR",
  );
}
