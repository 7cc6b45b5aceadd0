import type { JsonObject } from "./json.ts";

/** An error as it stands in an answer. */
export interface GraphqlError {
  message: string;
  locations?: { line: number; column: number }[];
  path?: readonly (string | number)[];
  extensions?: JsonObject;
}
