import type { Part } from "../defer/part.ts";
import type { BooleanCondition } from "../normalize/selection.ts";
import type { PathSegment } from "../plan.ts";
import type { FetchGroup } from "./fetch-group.ts";
import type { NameScope } from "./name-scope.ts";
import type { SelectionTree } from "./selection-tree.ts";

/** A place of the answer that fetches start from. The client's and the plan's own selections share it. */
export class Position {
  readonly path: readonly PathSegment[];
  /** Fields on the way here. */
  readonly depth: number;
  readonly names: NameScope;
  readonly groups: FetchGroup[] = [];
  readonly #children = new Map<string, Position>();

  constructor(path: readonly PathSegment[], names: NameScope, depth = 0) {
    this.path = path;
    this.depth = depth;
    this.names = names;
  }

  child(responseKey: string, types: readonly string[] | undefined, listDepth: number): Position {
    const key = `${responseKey}${types === undefined ? "" : ` on ${types.join()}`}`;
    let child = this.#children.get(key);
    if (child === undefined) {
      const path: PathSegment[] = [...this.path];
      if (types !== undefined) path.push({ kind: "type", names: [...types] });
      path.push({ kind: "field", name: responseKey });
      for (let depth = 0; depth < listDepth; depth++) path.push({ kind: "list" });
      child = new Position(path, this.names.child(responseKey), this.depth + 1);
      this.#children.set(key, child);
    }
    return child;
  }
}

/** Where in a fetch a selection is written to: one tree, or one for each object type. */
export interface Target {
  group: FetchGroup;
  trees: readonly SelectionTree[];
  /** These are the fetch's outermost selections, which carry the conditions of the place themselves. */
  isTop: boolean;
}

export interface Place {
  position: Position;
  /** By arrival; undefined where the solution makes no use of it. */
  targets: readonly (Target | undefined)[];
  conditions: readonly BooleanCondition[];
  /** The part of the answer that is being built. */
  part: Part;
  /** The client's way here; kept only where something below is deferred. */
  queryPath: readonly string[];
  /** What objects here and above have for contextual arguments below. */
  contexts: ReadonlyMap<string, ContextAtHand>;
  /** For a key, a fetch of an earlier part may be asked for more. */
  joinsEarlier: boolean;
}

/** Fetches that bring the values of a context, and the place of the objects that have them. */
export interface ContextAtHand {
  position: Position;
  groups: ReadonlySet<FetchGroup>;
}

export function addTypename(target: Pick<Target, "trees">): void {
  for (const tree of target.trees) tree.addTypename();
}
