import { isJsonObject, type JsonObject, type JsonValue } from "../../json.ts";
import { writeKey } from "../forms/representation.ts";
import type { Invalidation } from "./invalidation.ts";

/** One request of the endpoint's list: for tags, one invalidation for each subgraph. */
export interface InvalidationRequest {
  kind: Invalidation["kind"];
  subgraphs: readonly string[];
  invalidations: readonly Invalidation[];
}

export type ReadInvalidations =
  | { kind: "read"; requests: readonly InvalidationRequest[] }
  | { kind: "malformed"; reason: string };

/** Strict, as with Apollo Router: an unknown key is a mistake, and a mistake must not look like success. */
export function readInvalidations(text: string, takesEntities: boolean): ReadInvalidations {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch (error) {
    return malformed(error instanceof Error ? error.message : "invalid JSON");
  }
  if (!Array.isArray(value)) return malformed("invalid type, expected a sequence");
  if (value.length > requestsMax) return malformed(`more than ${requestsMax} requests`);
  const requests: InvalidationRequest[] = [];
  for (const item of value) {
    const request = readRequest(item, takesEntities);
    if (typeof request === "string") return malformed(request);
    requests.push(request);
  }
  return { kind: "read", requests };
}

const requestsMax = 10_000;

function malformed(reason: string): ReadInvalidations {
  return { kind: "malformed", reason: `failed to deserialize the request body into JSON: ${reason}` };
}

function readRequest(item: JsonValue, takesEntities: boolean): InvalidationRequest | string {
  if (!isJsonObject(item)) return "invalid type, expected an object";
  const { kind, ...keys } = item;
  switch (kind) {
    case "subgraph":
      return withKeys(keys, ["subgraph"], ({ subgraph }) => one({ kind, subgraph: subgraph! }));
    case "type":
      return withKeys(keys, ["subgraph", "type"], ({ subgraph, type }) =>
        one({ kind, subgraph: subgraph!, type: type! }),
      );
    case "entity":
      return takesEntities ? readEntity(keys) : unknownKind(kind, takesEntities);
    case "cache_tag":
      return readTag(keys);
    default:
      return kind === undefined ? "missing field `kind`" : unknownKind(String(kind), takesEntities);
  }
}

function unknownKind(kind: string, takesEntities: boolean): string {
  const known = takesEntities ? "`subgraph`, `type`, `entity`" : "`subgraph`, `type`, `cache_tag`";
  return `unknown variant \`${kind}\`, expected one of ${known}`;
}

function one(invalidation: Invalidation): InvalidationRequest {
  return { kind: invalidation.kind, subgraphs: [invalidation.subgraph], invalidations: [invalidation] };
}

function withKeys(
  keys: JsonObject,
  names: readonly string[],
  make: (texts: Record<string, string>) => InvalidationRequest,
): InvalidationRequest | string {
  const unknown = Object.keys(keys).find((name) => !names.includes(name));
  if (unknown !== undefined) return `unknown field \`${unknown}\``;
  const missing = names.find((name) => typeof keys[name] !== "string");
  if (missing !== undefined) return `missing field \`${missing}\``;
  // The cast holds: all are texts.
  return make(keys as Record<string, string>);
}

function readEntity({ key, ...keys }: JsonObject): InvalidationRequest | string {
  if (!isJsonObject(key)) return "missing field `key`";
  return withKeys(keys, ["subgraph", "type"], ({ subgraph, type }) =>
    one({ kind: "entity", subgraph: subgraph!, type: type!, key: writeKey(type!, key) }),
  );
}

function readTag({ subgraphs, ...keys }: JsonObject): InvalidationRequest | string {
  if (!Array.isArray(subgraphs) || !subgraphs.every((name) => typeof name === "string"))
    return "missing field `subgraphs`";
  const names = [...new Set(subgraphs)];
  return withKeys(keys, ["cache_tag"], ({ cache_tag: tag }) => ({
    kind: "cache_tag",
    subgraphs: names,
    invalidations: names.map((subgraph) => ({ kind: "cache_tag", subgraph, tag: tag! })),
  }));
}
