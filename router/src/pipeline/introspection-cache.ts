import { BoundedCache } from "../bounded-cache.ts";
import type { JsonObject } from "../json.ts";
import type { Operation } from "../operation/operation.ts";
import type { Answer } from "./answer.ts";

export type IntrospectionCache = BoundedCache<string, Answer>;

/** Tools ask in a few ways, again and again; each answer may be megabytes. */
export function createIntrospectionCache(): IntrospectionCache {
  return new BoundedCache({
    entriesMax: 16,
    weightMax: 64 * 1024 * 1024,
    weigh: ({ body }) => body?.length ?? 0,
  });
}

/** Undefined for what is too long to be kept. */
export function introspectionKey({ text, name = "" }: Operation, variables: JsonObject): string | undefined {
  const key = `${name}\n${JSON.stringify(variables)}\n${text}`;
  return key.length > keyLengthMax ? undefined : key;
}

const keyLengthMax = 100_000;
