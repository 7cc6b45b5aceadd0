import { Kind, type SelectionNode, type SelectionSetNode } from "graphql";
import type { Fragments } from "../execute/selection.ts";

/** Whether a root selection holds anything that the router does not answer alone. */
export function asksSubgraphs({ selections }: SelectionSetNode, fragments: Fragments): boolean {
  return selections.some((selection) => {
    if (isAlwaysLeftOut(selection)) return false;
    if (selection.kind === Kind.FIELD) return !selection.name.value.startsWith("__");
    const fragment =
      selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
    return fragment !== undefined && asksSubgraphs(fragment.selectionSet, fragments);
  });
}

function isAlwaysLeftOut({ directives = [] }: SelectionNode): boolean {
  return directives.some(({ name, arguments: [condition] = [] }) => {
    if (condition?.value.kind !== Kind.BOOLEAN) return false;
    const { value } = condition.value;
    return (name.value === "skip" && value) || (name.value === "include" && !value);
  });
}
