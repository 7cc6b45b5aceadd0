import type { JsonObject } from "./json.ts";

/** An error as it stands in an answer. */
export interface GraphqlError {
  message: string;
  locations?: { line: number; column: number }[];
  path?: readonly (string | number)[];
  extensions?: JsonObject;
}

/** One for each error; "" for one without. */
export function errorCodes(errors: readonly GraphqlError[]): string[] {
  return errors.map(({ extensions }) => (typeof extensions?.code === "string" ? extensions.code : ""));
}
