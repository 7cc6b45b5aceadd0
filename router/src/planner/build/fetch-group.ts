import type { Part } from "../defer/part.ts";
import type { BooleanCondition } from "../normalize/selection.ts";
import type { ContextRewrite, FetchRewrite, PathSegment, RequiresSelection } from "../plan.ts";
import type { Alternative } from "../search/solution.ts";
import { type AnyOf, addChoice, sharedByAll } from "./any-of.ts";
import { SelectionTree } from "./selection-tree.ts";

/** A fetch in the making: what it asks one subgraph for at one place, and the fetches it must wait for. */
export class FetchGroup {
  readonly id: number;
  readonly subgraph: number;
  /** The place that it starts from; groups at one place share the object. */
  readonly position: { readonly path: readonly PathSegment[]; readonly depth: number };
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
  /** By variable. */
  readonly contexts = new Map<string, ContextVariable>();

  #wanted: AnyOf = [];

  constructor(init: Pick<FetchGroup, "id" | "subgraph" | "position" | "isEntity" | "part">) {
    this.id = init.id;
    this.subgraph = init.subgraph;
    this.position = init.position;
    this.isEntity = init.isEntity;
    this.part = init.part;
  }

  /** Something of the fetch is wanted where all of one of these hold. */
  get wanted(): AnyOf {
    return this.#wanted;
  }

  /** What holds whenever anything of the fetch is wanted. */
  get conditions(): readonly BooleanCondition[] {
    return sharedByAll(this.#wanted);
  }

  /** Something of the fetch is wanted under these conditions, and with it all that it waits for. */
  allow(conditions: readonly BooleanCondition[]): void {
    const wanted = addChoice(this.#wanted, conditions);
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    for (const group of this.dependsOn) group.allow(conditions);
  }

  /** What is wanted of it under these conditions needs the others first. */
  waitFor(others: ReadonlySet<FetchGroup>, conditions: readonly BooleanCondition[]): void {
    for (const other of others) {
      other.allow(conditions);
      this.dependsOn.add(other);
    }
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

/** A variable that has a value of its own for each representation. */
export interface ContextVariable {
  typeText: string;
  rewrites: ContextRewrite[];
}

export interface FetchReason {
  field: string;
  key: string | undefined;
  requires: boolean;
  lost: readonly Alternative[];
}
