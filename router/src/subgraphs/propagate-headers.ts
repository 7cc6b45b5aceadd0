import type { HeaderOperation, HeadersConfig } from "../config/sections/headers.ts";
import type { JsonObject, JsonValue } from "../json.ts";

/** What header rules may read of the client's request. */
export interface HeaderSources {
  headers: Headers;
  body: JsonObject;
  /** What stages before wrote down about the request, such as claims. */
  context: Map<string, unknown>;
}

/** Builds the headers of a subgraph request. Names are lower case. */
export type BuildHeaders = (sources: HeaderSources) => Record<string, string>;

/** Hop-by-hop headers and those that describe a body: never passed on by a pattern. */
const reserved = new Set([
  "connection",
  "proxy-authenticate",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "content-length",
  "content-type",
  "content-encoding",
  "host",
  "accept",
  "accept-encoding",
  "keep-alive",
]);

/** Rules for all subgraphs come first; a header that one rule has propagated is not touched by the next. */
export function compileHeaders(config: HeadersConfig, subgraphName: string): BuildHeaders {
  const operations = [...config.all.request, ...(config.subgraphs[subgraphName]?.request ?? [])];
  if (operations.length === 0) return () => ({});

  return function buildHeaders(sources) {
    const headers: Record<string, string> = {};
    const propagated = new Set<string>();
    for (const operation of operations) applyOperation(operation, { sources, headers, propagated });
    return headers;
  };
}

interface Build {
  sources: HeaderSources;
  headers: Record<string, string>;
  propagated: Set<string>;
}

function applyOperation(operation: HeaderOperation, build: Build): void {
  const { headers, sources } = build;
  switch (operation.kind) {
    case "propagateNamed":
      propagate(build, operation.rename, sources.headers.get(operation.name) ?? operation.default);
      return;
    case "propagateMatching":
      for (const [name, value] of sources.headers) {
        if (!reserved.has(name) && operation.matching.test(name)) propagate(build, name, value);
      }
      return;
    case "insertStatic":
      headers[operation.name.toLowerCase()] = operation.value;
      return;
    case "insertFromContext":
      insert(headers, operation.name, sources.context.get(operation.contextKey), undefined);
      return;
    case "insertFromBody":
      insert(headers, operation.name, readPath(sources.body, operation.path), operation.default);
      return;
    case "removeNamed":
      delete headers[operation.name.toLowerCase()];
      return;
    case "removeMatching":
      for (const name of Object.keys(headers)) {
        if (!reserved.has(name) && operation.matching.test(name)) delete headers[name];
      }
  }
}

function propagate({ headers, propagated }: Build, name: string, value: string | undefined): void {
  const target = name.toLowerCase();
  if (value === undefined || propagated.has(target)) return;
  propagated.add(target);
  headers[target] = headers[target] === undefined ? value : `${headers[target]}, ${value}`;
}

function insert(
  headers: Record<string, string>,
  name: string,
  found: unknown,
  fallback: string | undefined,
): void {
  const value =
    found === undefined || found === null
      ? fallback
      : typeof found === "string"
        ? found
        : JSON.stringify(found);
  // A value from a client must not be able to begin a header of its own.
  if (value !== undefined && /^[\t\x20-\x7e\x80-\uffff]*$/.test(value)) headers[name.toLowerCase()] = value;
}

function readPath(body: JsonObject, path: readonly (string | number)[]): JsonValue | undefined {
  let value: JsonValue | undefined = body;
  for (const step of path) {
    if (value === null || typeof value !== "object") return undefined;
    value = Array.isArray(value)
      ? value[Number(step)]
      : Object.hasOwn(value, step)
        ? value[String(step)]
        : undefined;
  }
  return value;
}
