import type { Part } from "../defer/part.ts";
import type { BooleanCondition } from "../normalize/selection.ts";
import type { FetchRewrite, PathSegment, RequiresSelection } from "../plan.ts";
import type { Alternative } from "../search/solution.ts";
import { sharedConditions } from "./conditions.ts";
import { SelectionTree } from "./selection-tree.ts";

/** A fetch in the making: what it asks one subgraph for at one place, and the fetches it must wait for. */
export class FetchGroup {
  readonly id: number;
  readonly subgraph: number;
  /** The place that it starts from; groups at one place share the object. */
  readonly position: { readonly path: readonly PathSegment[] };
  readonly isEntity: boolean;
  /** The part of the answer that it is for. */
  readonly part: Part;
  /** Set where a later part waits for it. */
  awaitedAs: string | undefined;
  /** It waits for @requires, so it may come after another fetch of the same subgraph. */
  isLate = false;
  /** Why it is there: one for each field that it was opened or joined for. */
  readonly reasons: FetchReason[] = [];
  /** By entry type; a root fetch has one tree. */
  readonly trees = new Map<string, SelectionTree>();
  readonly dependsOn = new Set<FetchGroup>();
  /** The selections whose objects it gets its representations from. */
  readonly askers: { readonly trees: readonly SelectionTree[] }[] = [];
  /** By the type of the object a representation is built from. */
  readonly representations = new Map<string, Representation>();

  #conditions: readonly BooleanCondition[] | undefined;

  constructor(init: Pick<FetchGroup, "id" | "subgraph" | "position" | "isEntity" | "part">) {
    this.id = init.id;
    this.subgraph = init.subgraph;
    this.position = init.position;
    this.isEntity = init.isEntity;
    this.part = init.part;
  }

  /** The conditions under which anything of the fetch is wanted. */
  get conditions(): readonly BooleanCondition[] {
    return this.#conditions ?? [];
  }

  /** Something of the fetch is wanted under these conditions, and with it all that it waits for. */
  allow(conditions: readonly BooleanCondition[]): void {
    const allowed =
      this.#conditions === undefined ? conditions : sharedConditions(this.#conditions, conditions);
    const isSettled = this.#conditions !== undefined && allowed.length === this.#conditions.length;
    if (isSettled) return;
    this.#conditions = allowed;
    for (const group of this.dependsOn) group.allow(allowed);
  }

  get path(): readonly PathSegment[] {
    return this.position.path;
  }

  tree(type: string): SelectionTree {
    let tree = this.trees.get(type);
    if (tree === undefined) {
      tree = new SelectionTree(type);
      this.trees.set(type, tree);
    }
    return tree;
  }

  /** Whether this fetch must come after the other. */
  isAfter(other: FetchGroup): boolean {
    if (this.dependsOn.has(other)) return true;
    for (const group of this.dependsOn) if (group.isAfter(other)) return true;
    return false;
  }
}

export interface Representation {
  selections: RequiresSelection[];
  rewrite: FetchRewrite | undefined;
  /** The conditions under which all that it copies was fetched. */
  under: readonly BooleanCondition[];
}

export interface FetchReason {
  field: string;
  key: string | undefined;
  requires: boolean;
  lost: readonly Alternative[];
}
