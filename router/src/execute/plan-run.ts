import type { GraphqlError } from "../graphql-error.ts";
import type { JsonObject } from "../json.ts";
import type { RequestCaching } from "./fetch-cache.ts";
import type { Recording } from "./recording.ts";
import type { KnownAnswers } from "./replay.ts";
import type { Shortcut } from "./shortcut.ts";
import type { CallSubgraph } from "./subgraph-answer.ts";

/** The state of one execution of a plan. */
export interface PlanRun {
  readonly variables: JsonObject;
  readonly callSubgraph: CallSubgraph;
  /** Null until a root fetch has brought an object. */
  data: JsonObject | null;
  readonly errors: GraphqlError[];
  /** Set while the run tries to do without reading all that it is told. */
  readonly shortcut?: Shortcut | undefined;
  /** What a shortcut was told before it ended. */
  readonly known?: KnownAnswers | undefined;
  /** Set while plans are compiled with a cache. */
  readonly caching?: RequestCaching | undefined;
  /** Set where this run is worth remembering. */
  readonly recording?: Recording | undefined;
}

/** A compiled plan node. It stays synchronous where it has nothing to wait for. */
export type Step = (run: PlanRun) => Promise<void> | void;
