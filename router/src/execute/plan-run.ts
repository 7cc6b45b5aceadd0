import type { GraphqlError } from "../graphql-error.ts";
import type { JsonObject } from "../json.ts";
import type { CallSubgraph } from "./subgraph-answer.ts";

/** The state of one execution of a plan. */
export interface PlanRun {
  readonly variables: JsonObject;
  readonly callSubgraph: CallSubgraph;
  /** Null until a root fetch has brought an object. */
  data: JsonObject | null;
  readonly errors: GraphqlError[];
}

/** A compiled plan node. It stays synchronous where it has nothing to wait for. */
export type Step = (run: PlanRun) => Promise<void> | void;
