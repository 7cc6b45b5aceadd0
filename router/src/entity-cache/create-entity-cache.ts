import type { Logger } from "pino";
import type { Caller } from "../auth/caller.ts";
import type { RouterConfig } from "../config/router-config.ts";
import type { ResponseCacheConfig } from "../config/sections/response-cache.ts";
import type { JsonObject } from "../json.ts";
import type { HeaderSources } from "../subgraphs/propagate-headers.ts";
import type { Supergraph } from "../supergraph/read-supergraph.ts";
import type { SupergraphTypes } from "../supergraph/supergraph-types.ts";
import type { ProcessMeters, RequestObserver } from "../telemetry/observer.ts";
import type { FetchSurroundings } from "./answer-through-cache.ts";
import { CacheFacts } from "./cache-facts.ts";
import type { CacheMemory } from "./cache-memory.ts";
import { CachedPlan } from "./cached-plan.ts";
import { HitRates } from "./hit-rates.ts";
import { type DomainEvent, invalidationsOf } from "./invalidation/events.ts";
import type { Invalidation } from "./invalidation/invalidation.ts";
import { createInvalidationEndpoint, offersInvalidation } from "./invalidation/invalidation-endpoint.ts";
import { invalidateEverywhere } from "./invalidation/invalidator.ts";
import type { CacheParts } from "./parts.ts";
import { openTiers } from "./redis/open-tiers.ts";
import { RememberedAnswers } from "./remembered-answers.ts";
import { RequestCache } from "./request-cache.ts";
import { compileSettings } from "./subgraph-settings.ts";
import { describeAnswer, readDebugWishes } from "./telling/describe-answer.ts";
import { Ghost } from "./telling/ghost.ts";
import { InvalidationLabels } from "./telling/invalidation-labels.ts";
import { servedFromCache } from "./telling/verdict.ts";
import { watchCache } from "./telling/watch-cache.ts";

/** The cache as one configuration and one supergraph see it. */
export interface EntityCache {
  /** For one plan to be compiled with. */
  openPlan(): CachedPlan;
  begin(request: CachedRequest): RequestCache;
  /** The body, where all of the answer stands in the cache as it did before. */
  recall(plan: object, variables: JsonObject, request: RequestCache): string | undefined;
  /** To be called with an answer without errors that `recall` did not know. */
  remember(
    plan: object,
    variables: JsonObject,
    request: RequestCache,
    write: () => string,
  ): string | undefined;
  /** What the client is told beside the answer. */
  describe(request: RequestCache, hasErrors: boolean): AnswerDescription;
  /** Resolves when nothing of it is served any more, with the number of entries; rejects where that is not sure. */
  invalidate(invalidations: readonly Invalidation[]): Promise<number>;
  /** To be called for each event of the platform's bus. */
  handleEvent(event: DomainEvent): Promise<number>;
  /** Undefined where nobody may invalidate by request. */
  readonly answerInvalidation: ((request: Request) => Promise<Response>) | undefined;
  /** Another number after each invalidation: requests to subgraphs that began before are not shared with later ones. */
  epoch(): number;
  /** Of a type's entities, from 0 to 1; undefined until enough were asked for, and where the cache only observes. */
  hitRate(subgraph: string, type: string): number | undefined;
  started(): Promise<void>;
  close(): void;
}

export interface CachedRequest {
  observer: RequestObserver;
  caller: Caller;
  sources: HeaderSources;
}

export interface AnswerDescription {
  headers: Record<string, string>;
  extensions: JsonObject;
}

export interface EntityCacheOptions {
  config: RouterConfig;
  supergraph: Supergraph;
  types: SupergraphTypes;
  memory: CacheMemory;
  meters: ProcessMeters;
  logger: Logger;
  nowMs(): number;
}

/** Undefined while no form of caching is on. */
export function createEntityCache(options: EntityCacheOptions): EntityCache | undefined {
  const cacheConfig = activeCache(options.config);
  if (cacheConfig) return openEntityCache(options, cacheConfig);
  // What nobody invalidates any longer must not be found when it is turned on again.
  options.memory.store.resize(0);
  return undefined;
}

/** Both forms of the keys are the same cache. */
export function activeCache({
  responseCache,
  previewEntityCache,
}: RouterConfig): ResponseCacheConfig | undefined {
  if (responseCache?.enabled) return responseCache;
  return previewEntityCache?.enabled ? previewEntityCache : undefined;
}

function openEntityCache(options: EntityCacheOptions, cacheConfig: ResponseCacheConfig): EntityCache {
  const { config, supergraph, types, memory, meters, logger, nowMs } = options;
  const own = config.plugins["mycelium.cache"];
  memory.store.resize(own.memoryBytes);
  const ghost = own.mode === "observe" ? new Ghost() : undefined;
  const parts: CacheParts = {
    ...memory,
    facts: new CacheFacts(supergraph),
    ghost,
    meters: meters.responseCache,
    count(verdict, { section, observer, entities = 1 }) {
      const isHit = servedFromCache.has(verdict);
      if (isHit) section.counts.hits += entities;
      else section.counts.misses += entities;
      observer?.cacheUsed({ subgraph: section.subgraph, type: section.type, isHit, entities });
      meters.responseCache.judged(section.subgraph, section.type, verdict, entities);
    },
  };
  const tiers = ghost
    ? undefined
    : openTiers(cacheConfig, { memory, meters, logger, lingerMs: config.trafficShaping.router.timeoutMs });
  const surroundings = new Map(
    supergraph.subgraphs.map(({ name }): [string, FetchSurroundings] => {
      const settings = compileSettings(name, { config, cacheConfig, tier: tiers?.of(name) });
      return [name, { parts, settings, forms: { facts: parts.facts, types, forms: memory.store.forms } }];
    }),
  );
  const surroundingsOf = (name: string): FetchSurroundings => {
    const found = surroundings.get(name);
    if (!found) throw new Error(`the plan names the subgraph ${name}, which the supergraph does not have`);
    return found;
  };
  const invalidate = (invalidations: readonly Invalidation[]) =>
    invalidateEverywhere(
      { memory, tierOf: (name) => tiers?.of(name), meters: meters.responseCache },
      invalidations,
    );
  const answers = new RememberedAnswers(rememberedBytesMax);
  const rates = new HitRates();
  const stopWatching = watchCache({ memory, ghost, meters, logger, nowMs });
  return {
    openPlan: () => new CachedPlan(surroundingsOf),
    begin(request) {
      const wishes = readDebugWishes(request.sources.headers, { config: cacheConfig, own, nowMs: nowMs() });
      const labels = cacheConfig.cdnInvalidation.enabled ? new InvalidationLabels() : undefined;
      return new RequestCache({ ...request, ...wishes, labels, nowMs });
    },
    recall(plan, variables, request) {
      const { verdicts, debugEntries } = request.facts;
      if (verdicts || debugEntries || ghost || tiers?.isListening === false) return undefined;
      const answer = answers.recall(answers.nameFor(plan, variables, request), request);
      if (!answer) return undefined;
      for (const [section, entities] of answer.counts) {
        parts.count("hit", { section, entities, observer: request.facts.observer });
      }
      for (const { section, terms, tags } of answer.served) request.serve(section, terms, tags);
      return answer.body;
    },
    remember(plan, variables, request, write) {
      if (!request.tracedUses()) return undefined;
      const body = write();
      answers.remember(answers.nameFor(plan, variables, request), body, request);
      return body;
    },
    describe: (request, hasErrors) =>
      describeAnswer(request, { config: cacheConfig, parts, hasErrors, isObserving: ghost !== undefined }),
    invalidate,
    handleEvent(event) {
      const invalidations = invalidationsOf(own, event);
      return invalidations.length === 0 ? Promise.resolve(0) : invalidate(invalidations);
    },
    answerInvalidation: offersInvalidation(cacheConfig)
      ? createInvalidationEndpoint({ config: cacheConfig, invalidate })
      : undefined,
    epoch: () => memory.log.now,
    hitRate: (subgraph, type) => (ghost ? undefined : rates.of(memory.store.section(subgraph, type))),
    started: async () => tiers?.started(),
    close() {
      stopWatching();
      tiers?.close();
    },
  };
}

/** Beside the entities themselves: as much as a router without a cache keeps of answers. */
const rememberedBytesMax = 64 * 1024 * 1024;
