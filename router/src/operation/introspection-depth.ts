import type { SelectionSetNode } from "graphql";
import type { Fragments } from "../execute/selection.ts";
import type { Operation } from "./operation.ts";

/** Lists of types inside lists of types: three levels of them multiply to an answer of any size. */
const listsMax = 3;
const listFields = new Set(["fields", "interfaces", "possibleTypes", "inputFields"]);

export function isIntrospectionTooDeep({ definition, fragments }: Operation): boolean {
  return listDepth(definition.selectionSet, fragments, new Map()) >= listsMax;
}

function listDepth(set: SelectionSetNode, fragments: Fragments, known: Map<string, number>): number {
  let deepest = 0;
  for (const selection of set.selections) {
    let depth = 0;
    if (selection.kind === "FragmentSpread") {
      depth = fragmentDepth(selection.name.value, fragments, known);
    } else if (selection.selectionSet) {
      depth = listDepth(selection.selectionSet, fragments, known);
      if (selection.kind === "Field" && listFields.has(selection.name.value)) depth++;
    }
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

function fragmentDepth(name: string, fragments: Fragments, known: Map<string, number>): number {
  const depth = known.get(name);
  if (depth !== undefined) return depth;
  const fragment = fragments.get(name);
  const measured = fragment ? listDepth(fragment.selectionSet, fragments, known) : 0;
  known.set(name, measured);
  return measured;
}
