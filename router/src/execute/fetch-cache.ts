import type { JsonObject } from "../json.ts";
import type { FetchNode, RequiresSelection } from "../planner/plan.ts";
import type { SubgraphAnswer } from "./subgraph-answer.ts";

/** Stands between the executor and the subgraphs. A plan that is compiled without one knows nothing of it. */
export interface FetchCache {
  entities(fetch: CacheableEntities): CachedEntities;
  root(fetch: CacheableRoot): CachedRoot;
}

export interface CachedEntities {
  answer: AnswerEntities;
  /** To be told of entities, so many for each lookup, that are asked for past the cache. */
  passedBy(run: CachingRun, counts: readonly number[]): void;
}

export interface CachedRoot {
  answer: AnswerRoot;
  passedBy(run: CachingRun): void;
}

export interface CacheableEntities {
  subgraph: string;
  operation: string;
  /** The client's, which its fields take as arguments or hang on. */
  variableUsages: readonly string[];
  lookups: readonly {
    alias: string;
    requires: readonly RequiresSelection[];
    /** Its representations are changed before they are sent. */
    isRewritten: boolean;
  }[];
}

export type CacheableRoot = Pick<FetchNode, "serviceName" | "operation" | "variableUsages"> & {
  operationKind: "query" | "mutation";
};

/** Representations as JSON, for each lookup. */
export type LookupTexts = readonly (readonly string[])[];

/**
 * Answers as the subgraph would answer for all representations, in their order; only those that are missing are
 * asked for. Synchronous where nothing is missing.
 */
export type AnswerEntities = (
  run: CachingRun,
  texts: LookupTexts,
  askMissing: (texts: LookupTexts) => Promise<SubgraphAnswer>,
) => SubgraphAnswer | Promise<SubgraphAnswer>;

export type AnswerRoot = (
  run: CachingRun,
  askSubgraph: () => Promise<SubgraphAnswer>,
) => SubgraphAnswer | Promise<SubgraphAnswer>;

/** What a cache sees of the execution of a plan. */
export interface CachingRun {
  readonly variables: JsonObject;
  readonly caching?: RequestCaching | undefined;
}

/** What a cache keeps for one request. Only the cache itself looks inside. */
export interface RequestCaching {
  readonly isCaching: true;
}
