import type { SupergraphTypes } from "../supergraph/supergraph-types.ts";

/** What the parts of one plan share while they are compiled. */
export interface Compile {
  readonly types: SupergraphTypes;
  /** Whether a subgraph's entity errors without an entity are told once. */
  hoistsOrphanErrors(subgraph: string): boolean;
  /** Fetches are numbered in the order of the plan. */
  nextFetchId(): number;
}
