import type { GraphqlError } from "../graphql-error.ts";
import { isJsonObject, type JsonValue } from "../json.ts";

/** Reads errors as the older protocols (one) and the newer ones (a list) send them. */
export function readErrorList(payload: JsonValue | undefined): GraphqlError[] {
  const list = Array.isArray(payload) ? payload : [payload];
  const errors = list.flatMap((error): GraphqlError[] =>
    // The cast holds: whoever reads on takes a message, and the rest only where it has the right form.
    isJsonObject(error) && typeof error.message === "string" ? [error as unknown as GraphqlError] : [],
  );
  return errors.length > 0 ? errors : [{ message: "the subgraph refused the subscription" }];
}

/** The errors of an answer that came in a stream's place; undefined where it has none. */
export function readAnswerErrors(text: string): GraphqlError[] | undefined {
  try {
    const answer = JSON.parse(text) as JsonValue;
    if (isJsonObject(answer) && Array.isArray(answer.errors) && answer.errors.length > 0) {
      return readErrorList(answer.errors);
    }
  } catch {
    // No answer in JSON has no errors either.
  }
  return undefined;
}
