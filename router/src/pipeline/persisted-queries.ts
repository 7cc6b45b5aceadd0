import { createHash } from "node:crypto";
import { BoundedCache } from "../bounded-cache.ts";
import type { ApqConfig } from "../config/sections/apq.ts";
import { isJsonObject } from "../json.ts";
import { answerWith, next, type Staged } from "./answer.ts";
import { clientErrors } from "./client-errors.ts";
import type { GraphqlRequest } from "./read-graphql-request.ts";

/** Automatic persisted queries: a client sends a text's hash, and the text itself only when asked for it. */
export type ResolvePersistedQuery = (request: GraphqlRequest) => Staged<GraphqlRequest>;

export function createPersistedQueries(config: ApqConfig): ResolvePersistedQuery {
  if (!config.enabled) {
    return (request) =>
      "persistedQuery" in request.extensions ? answerWith(clientErrors.apqNotSupported) : next(request);
  }
  const texts = new BoundedCache<string, string>({
    entriesMax: config.router.cacheEntriesMax,
    weightMax: textsBytesMax,
    weigh: (text) => text.length,
  });

  return function resolvePersistedQuery(request) {
    const hash = readHash(request);
    if (hash === undefined) return next(request);
    if (request.query !== undefined) {
      if (createHash("sha256").update(request.query).digest("hex") !== hash.toLowerCase())
        return answerWith(clientErrors.apqMismatch);
      texts.set(hash, request.query);
      return next(request);
    }
    const query = texts.get(hash);
    return query === undefined ? answerWith(clientErrors.apqNotFound) : next({ ...request, query });
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
