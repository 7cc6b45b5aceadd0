import { timingSafeEqual } from "node:crypto";
import type { ResponseCacheConfig, SubgraphCacheConfig } from "../../config/sections/response-cache.ts";
import { readBody } from "../../http/read-body.ts";
import type { Invalidation } from "./invalidation.ts";
import { type InvalidationRequest, readInvalidations } from "./read-invalidations.ts";

export interface InvalidationEndpointParts {
  config: ResponseCacheConfig;
  /** How many entries went. Rejects where it cannot be promised that nothing of them is served any more. */
  invalidate(invalidations: readonly Invalidation[]): Promise<number>;
}

/** Apollo Router's endpoint: what it takes, its statuses and its bodies. */
export function createInvalidationEndpoint({ config, invalidate }: InvalidationEndpointParts) {
  return async function answerInvalidation(request: Request): Promise<Response> {
    const key = request.headers.get("authorization");
    if (key === null) return refuse(401, "Missing authorization header");
    if (request.method !== "POST") return refuse(405, "");
    const text = await readText(request);
    if (text === undefined) return refuse(413, `the body is larger than ${bodyBytesMax} bytes`);
    const read = readInvalidations(text, config.invalidatesEntities);
    if (read.kind === "malformed") return refuse(400, read.reason);
    const names = read.requests.flatMap(({ subgraphs }) => subgraphs);
    if (!names.every((name) => isKeyFor(config, name, key)))
      return refuse(401, "Invalid authorization header");
    const disabled = findDisabled(config, read.requests);
    if (disabled !== undefined) return refuse(400, disabled);
    try {
      const count = await invalidate(read.requests.flatMap(({ invalidations }) => invalidations));
      return answer(202, { count });
    } catch (error) {
      return refuse(400, error instanceof Error ? error.message : String(error));
    }
  };
}

const bodyBytesMax = 4 * 1024 * 1024;

async function readText(request: Request): Promise<string | undefined> {
  const body = await readBody(request, bodyBytesMax);
  if (body.kind === "tooLarge") return undefined;
  // What cannot be read is no JSON either, and is told so.
  return body.kind === "body" ? body.text : "";
}

/** Whether the endpoint is open at all: somewhere it must be wanted. */
export function offersInvalidation({ enabled, invalidation, subgraph }: ResponseCacheConfig): boolean {
  const keys = [subgraph.all, ...Object.values(subgraph.subgraphs)];
  const isWanted = keys.some((each) => each.enabled && each.invalidation?.enabled === true);
  return enabled && invalidation !== undefined && isWanted;
}

function keysOf({ subgraph: { all, subgraphs } }: ResponseCacheConfig, name: string): SubgraphCacheConfig {
  return Object.hasOwn(subgraphs, name) ? subgraphs[name]! : all;
}

function isKeyFor(config: ResponseCacheConfig, name: string, given: string): boolean {
  return [config.subgraph.all, keysOf(config, name)].some(
    ({ invalidation }) => invalidation !== undefined && equal(invalidation.sharedKey, given),
  );
}

function equal(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length > 0 && a.length === b.length && timingSafeEqual(a, b);
}

const indexNames = { subgraph: "subgraph", type: "type", cache_tag: "cacheTag" } as const;

function findDisabled(
  config: ResponseCacheConfig,
  requests: readonly InvalidationRequest[],
): string | undefined {
  for (const { kind, subgraphs } of requests) {
    if (kind === "entity") continue;
    const name = subgraphs.find(
      (each) => keysOf(config, each).invalidation?.indexes[indexNames[kind]] === false,
    );
    if (name !== undefined)
      return `invalidation kind '${kind}' is not enabled for subgraph '${name}'; index_modes does not include this kind`;
  }
  return undefined;
}

const reasons: Readonly<Record<number, string>> = {
  400: "400 Bad Request",
  401: "401 Unauthorized",
  405: "405 Method Not Allowed",
  413: "413 Payload Too Large",
};

function refuse(status: number, message: string): Response {
  return answer(status, { errors: [{ message, extensions: { code: reasons[status] } }] });
}

function answer(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
}
