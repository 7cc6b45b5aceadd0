import type { FieldOption, SchemaView } from "../graph/schema-view.ts";
import type { SelectionInterner, SelectionNode } from "../normalize/selection.ts";
import type { WholeAnswers } from "./answers-whole.ts";
import type { Arrival } from "./arrival.ts";
import type { Reach } from "./reach.ts";
import type { Item, Jump, Solution } from "./solution.ts";
import type { UnevenSelections } from "./uneven-selections.ts";

export interface SolveLimits {
  /** While a key is looked for: only subgraphs nearer than the one to be entered may help. */
  nearerThan: number;
  /** For what is deferred: asks anew for all but keys, even of a subgraph that is at hand. */
  isLater: boolean;
}

/** What an entity fetch weighs that enters the subgraph with objects of these types; 1 where nothing is known. */
export type WeighFetch = (subgraph: number, types: readonly string[]) => number;

/** What the parts of the search ask of it as a whole. */
export interface Search {
  readonly view: SchemaView;
  readonly interner: SelectionInterner;
  readonly answers: WholeAnswers;
  readonly reach: Reach;
  readonly uneven: UnevenSelections;
  /** Remember what lost against what was chosen, to explain the plan. */
  readonly explains: boolean;
  readonly weigh: WeighFetch;
  /** The search met its bound: what it returns is right, but may not be the cheapest. */
  readonly isBounded: boolean;
  solve(selection: SelectionNode, arrivals: readonly Arrival[], limits?: SolveLimits): Solution | undefined;
}

/** The choice of sources at one place. */
export interface ChoiceContext {
  search: Search;
  arrivals: readonly Arrival[];
  /** Fetches at hand are not to be made longer. */
  isLater: boolean;
  open(item: Item, option: FieldOption): Jump | undefined;
}
