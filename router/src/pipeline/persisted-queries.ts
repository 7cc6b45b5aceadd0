import { createHash } from "node:crypto";
import { BoundedCache } from "../bounded-cache.ts";
import type { ApqConfig } from "../config/sections/apq.ts";
import { isJsonObject } from "../json.ts";
import type { ProcessMeters } from "../telemetry/observer.ts";
import { answerWith, next, type Staged } from "./answer.ts";
import { clientErrors } from "./client-errors.ts";
import type { GraphqlRequest } from "./read-graphql-request.ts";

/** Automatic persisted queries: a client sends a text's hash, and the text itself only when asked for it. */
export type ResolvePersistedQuery = (request: GraphqlRequest) => Staged<GraphqlRequest>;

export type PersistedTexts = BoundedCache<string, string>;

export function createPersistedTexts(config: ApqConfig): PersistedTexts {
  return new BoundedCache<string, string>({
    entriesMax: config.router.cacheEntriesMax,
    weightMax: textsBytesMax,
    weigh: (text) => text.length,
  });
}

export function createPersistedQueries(
  config: ApqConfig,
  { texts, meters }: { texts: PersistedTexts; meters: ProcessMeters },
): ResolvePersistedQuery {
  if (!config.enabled) {
    return (request) =>
      "persistedQuery" in request.extensions ? answerWith(clientErrors.apqNotSupported) : next(request);
  }
  return function resolvePersistedQuery(request) {
    const hash = readHash(request);
    if (hash === undefined) return next(request);
    if (request.query !== undefined) {
      if (createHash("sha256").update(request.query).digest("hex") !== hash.toLowerCase())
        return answerWith(clientErrors.apqMismatch);
      texts.set(hash, request.query);
      return next(request);
    }
    const startedMs = performance.now();
    const query = texts.get(hash);
    const elapsedMs = performance.now() - startedMs;
    if (query === undefined) {
      meters.cacheMiss("APQ", "memory", elapsedMs);
      return answerWith(clientErrors.apqNotFound);
    }
    meters.cacheHit("APQ", "memory", elapsedMs);
    return next({ ...request, query });
  };
}

/** An entry may be as large as a request: their number alone is no bound on memory. */
const textsBytesMax = 64 * 1024 * 1024;

function readHash({ extensions }: GraphqlRequest): string | undefined {
  const persisted = extensions.persistedQuery;
  if (!isJsonObject(persisted) || typeof persisted.version !== "number") return undefined;
  const hash = persisted.sha256Hash;
  return typeof hash === "string" && /^[0-9a-f]{64}$/i.test(hash) ? hash : undefined;
}
