import type { EntityKey, FieldOption, LocalField } from "../graph/schema-view.ts";
import type { SelectedField, SelectionNode } from "../normalize/selection.ts";
import type { Arrival } from "./arrival.ts";

/** How a selection set is resolved, given its arrivals. */
export interface Solution {
  selection: SelectionNode;
  arrivals: readonly Arrival[];
  /** Undefined when the single arrival answers the whole selection as it stands. */
  placements: readonly Placement[] | undefined;
  /** Only below an interface object: the real types are found out first, then the rest is resolved. */
  typed: TypedStage | undefined;
  /** How what fields below take from the objects here is resolved. */
  contexts: readonly Solution[];
  /** Fetches opened at this place, and what each weighs: 1, or less where a cache often answers. */
  opened: ReadonlyMap<string, number>;
  /** The weight of fetches opened at places below this one. */
  nestedFetches: number;
  /** Serial fetches until all is there, counted from the arrivals. */
  depth: number;
  score: number;
}

export interface TypedStage {
  jump: Jump;
  solution: Solution;
}

/** A field, or a field on some object types, and where it is asked for. */
export interface Placement {
  item: Item;
  /** More than one when a value without a key is asked from several subgraphs. */
  sources: readonly Source[];
  child: Solution | undefined;
  /** What else could have been asked, where the search was told to remember. */
  lost?: readonly Alternative[];
}

export interface Alternative {
  subgraph: number;
  /** What the item alone would have cost there; undefined where something below cannot be had from there. */
  score: number | undefined;
}

export interface Item {
  field: SelectedField;
  /** The object types it is for; undefined for all that the place may hold. */
  types: readonly string[] | undefined;
  /** Types whose representations a jump sends. */
  asked: readonly string[];
  local: readonly LocalSource[];
  options: readonly FieldOption[];
}

export interface LocalSource {
  arrival: number;
  /** Undefined for `__typename`. */
  field: LocalField | undefined;
  /** Types of the subgraph to select on; undefined for the arrival's own. */
  on: readonly string[] | undefined;
}

export type Source = { kind: "local"; source: LocalSource } | { kind: "jump"; jump: Jump; field: LocalField };

/** An entity fetch (or a fresh root fetch) at the place itself. */
export interface Jump {
  subgraph: number;
  /** Set for a root type, which needs no key. */
  rootType: string | undefined;
  steps: readonly JumpStep[];
  depth: number;
  /** Names the fetch among those opened at the place. */
  openKey: string;
  opened: ReadonlyMap<string, number>;
  nestedFetches: number;
}

export interface JumpStep {
  asked: string;
  entry: string;
  key: EntityKey;
  keySolution: Solution;
  requires: { selection: SelectionNode; solution: Solution } | undefined;
}

const fetchCost = 1000;
/** A serial step costs the client a round trip; two and a half parallel fetches weigh as much. */
const depthCost = 2500;

export function weightOf(opened: ReadonlyMap<string, number>): number {
  let total = 0;
  for (const weight of opened.values()) total += weight;
  return total;
}

export function score(fetches: number, depth: number): number {
  return fetches * fetchCost + depth * depthCost;
}
