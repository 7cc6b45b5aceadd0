import type { SupergraphTypes } from "../supergraph/supergraph-types.ts";
import type { FetchCache } from "./fetch-cache.ts";

/** What the parts of one plan share while they are compiled. */
export interface Compile {
  readonly types: SupergraphTypes;
  /** Whether a subgraph's entity errors without an entity are told once. */
  hoistsOrphanErrors(subgraph: string): boolean;
  /** Fetches are numbered in the order of the plan. */
  nextFetchId(): number;
  /** What may answer in a subgraph's place. */
  readonly cache?: FetchCache | undefined;
}
