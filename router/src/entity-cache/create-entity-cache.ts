import type { Caller } from "../auth/caller.ts";
import type { RouterConfig } from "../config/router-config.ts";
import type { ResponseCacheConfig } from "../config/sections/response-cache.ts";
import type { FetchCache } from "../execute/fetch-cache.ts";
import { compileHeaders, type HeaderSources } from "../subgraphs/propagate-headers.ts";
import type { Supergraph } from "../supergraph/read-supergraph.ts";
import type { SupergraphTypes } from "../supergraph/supergraph-types.ts";
import type { FetchSurroundings } from "./answer-through-cache.ts";
import { cacheEntities } from "./cache-entities.ts";
import { CacheFacts } from "./cache-facts.ts";
import type { CacheMemory } from "./cache-memory.ts";
import { cacheRoot } from "./cache-root.ts";
import type { CacheParts } from "./parts.ts";
import { RequestCache } from "./request-cache.ts";
import type { PrivateIdSource, SubgraphSettings } from "./subgraph-settings.ts";
import { servedFromCache } from "./verdict.ts";

/** The cache as one configuration and one supergraph see it. */
export interface EntityCache {
  /** For plans to be compiled with. */
  readonly fetches: FetchCache;
  begin(request: CachedRequest): RequestCache;
  /** What the answer's head says of it. */
  headersOf(request: RequestCache, hasErrors: boolean): Record<string, string>;
}

export interface CachedRequest {
  caller: Caller;
  sources: HeaderSources;
}

export interface EntityCacheOptions {
  config: RouterConfig;
  supergraph: Supergraph;
  types: SupergraphTypes;
  memory: CacheMemory;
  nowMs?(): number;
}

/** Undefined while no form of caching is on. */
export function createEntityCache(options: EntityCacheOptions): EntityCache | undefined {
  const cacheConfig = activeCache(options.config);
  if (!cacheConfig) return undefined;
  const { config, supergraph, types, memory, nowMs = Date.now } = options;
  const own = config.plugins["mycelium.cache"];
  memory.store.resize(own.memoryBytes);
  const parts: CacheParts = {
    ...memory,
    facts: new CacheFacts(supergraph),
    isObserving: own.mode === "observe",
    count(section, verdict) {
      if (servedFromCache.has(verdict)) section.counts.hits++;
      else section.counts.misses++;
    },
  };
  const surroundings = new Map(
    supergraph.subgraphs.map(({ name }): [string, FetchSurroundings] => {
      const settings = settingsFor(name, config, cacheConfig);
      return [name, { parts, settings, forms: { facts: parts.facts, types, forms: memory.store.forms } }];
    }),
  );
  const surroundingsOf = (name: string): FetchSurroundings => {
    const found = surroundings.get(name);
    if (!found) throw new Error(`the plan names the subgraph ${name}, which the supergraph does not have`);
    return found;
  };
  return {
    fetches: {
      entities: (fetch) => cacheEntities(fetch, surroundingsOf(fetch.subgraph)),
      root: (fetch) => cacheRoot(fetch, surroundingsOf(fetch.serviceName)),
    },
    begin: (request) => new RequestCache({ ...request, nowMs }),
    headersOf(request, hasErrors) {
      const control = cacheConfig.includeCacheControlHeaderOnRouterResponse
        ? request.writeHeader(hasErrors)
        : undefined;
      return control === undefined ? {} : { "cache-control": control };
    },
  };
}

/** Both forms of the keys are the same cache. */
export function activeCache({
  responseCache,
  previewEntityCache,
}: RouterConfig): ResponseCacheConfig | undefined {
  if (responseCache?.enabled) return responseCache;
  return previewEntityCache?.enabled ? previewEntityCache : undefined;
}

function settingsFor(
  subgraph: string,
  config: RouterConfig,
  { subgraph: { all, subgraphs } }: ResponseCacheConfig,
): SubgraphSettings {
  const keys = Object.hasOwn(subgraphs, subgraph) ? subgraphs[subgraph]! : all;
  return {
    subgraph,
    isEnabled: keys.enabled,
    lifetimeMs: keys.ttlMs,
    privateId: privateIdFor(subgraph, config, keys.privateId),
    buildHeaders: compileHeaders(config.headers, subgraph),
  };
}

function privateIdFor(
  subgraph: string,
  { plugins }: RouterConfig,
  contextKey: string | undefined,
): PrivateIdSource | undefined {
  const { privateId, privateIds } = plugins["mycelium.cache"];
  const own = Object.hasOwn(privateIds, subgraph) ? privateIds[subgraph] : privateId;
  if (own?.claim !== undefined) return { kind: "claim", name: own.claim };
  if (own?.header !== undefined) return { kind: "header", name: own.header };
  return contextKey === undefined ? undefined : { kind: "context", key: contextKey };
}
