import type { SelectionSetNode } from "graphql";
import type { Fragments } from "../execute/selection.ts";

/** How large an operation is, with fragments counted wherever they are spread. */
export interface OperationMeasure {
  depth: number;
  height: number;
  rootFields: number;
  aliases: number;
  /** Fields after every spread is written out: what planning and completing have to walk. */
  expandedFields: number;
  /** Fields and fragments, each wherever it is spread. */
  recursiveSelections: number;
}

/** Each fragment is measured once, so the time is that of the text however large the operation expands. */
export function measureOperation(selectionSet: SelectionSetNode, fragments: Fragments): OperationMeasure {
  const measured = new Map<string, OperationMeasure>();

  function measureFragment(name: string): OperationMeasure {
    const known = measured.get(name);
    if (known) return known;
    const fragment = fragments.get(name);
    // Validation refuses cycles and unknown fragments; measured as empty they end the recursion.
    measured.set(name, nothing);
    const measure = fragment ? measureSelections(fragment.selectionSet) : nothing;
    measured.set(name, measure);
    return measure;
  }

  function measureSelections(set: SelectionSetNode): OperationMeasure {
    const total = { ...nothing };
    const seen = new Set<string>();
    for (const selection of set.selections) {
      total.recursiveSelections++;
      if (selection.kind === "Field") {
        const nested = selection.selectionSet ? measureSelections(selection.selectionSet) : nothing;
        add(total, nested);
        total.depth = Math.max(total.depth, nested.depth + 1);
        total.expandedFields++;
        if (selection.alias) total.aliases++;
        const key = selection.alias?.value ?? selection.name.value;
        if (seen.has(key)) continue;
        seen.add(key);
        total.height++;
        total.rootFields++;
      } else {
        const nested =
          selection.kind === "InlineFragment"
            ? measureSelections(selection.selectionSet)
            : measureFragment(selection.name.value);
        add(total, nested);
        total.depth = Math.max(total.depth, nested.depth);
      }
    }
    return total;
  }

  return measureSelections(selectionSet);
}

const nothing: OperationMeasure = {
  depth: 0,
  height: 0,
  rootFields: 0,
  aliases: 0,
  expandedFields: 0,
  recursiveSelections: 0,
};

/** Root fields stay those of the selection set itself, as Apollo Router counts them. */
function add(total: OperationMeasure, nested: OperationMeasure): void {
  total.height += nested.height;
  total.aliases += nested.aliases;
  total.expandedFields += nested.expandedFields;
  total.recursiveSelections += nested.recursiveSelections;
}
