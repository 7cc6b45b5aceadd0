import type { SelectionNode, SelectionSetNode } from "graphql";
import type { Fragments } from "../execute/selection.ts";
import type { UnauthorizedPath } from "./filter-operation.ts";

/**
 * Cuts a path where it leaves the client's own selection, as Apollo Router does: it names fields, but is compared with
 * the names that the client gave them, and a step into a fragment only matches a fragment on that very type.
 */
export function trimUnauthorizedPath(
  path: UnauthorizedPath,
  { selections }: SelectionSetNode,
  fragments: Fragments,
): UnauthorizedPath {
  return path.slice(0, longestOf(selections, path, fragments));
}

function longestOf(
  selections: readonly SelectionNode[],
  path: UnauthorizedPath,
  fragments: Fragments,
): number {
  return Math.max(0, ...selections.map((selection) => lengthIn(selection, path, fragments)));
}

function lengthIn(selection: SelectionNode, path: UnauthorizedPath, fragments: Fragments): number {
  const [step, ...rest] = path;
  if (step === undefined) return 0;
  if (step === "@") return 1 + lengthIn(selection, rest, fragments);
  if (selection.kind === "Field") {
    if ((selection.alias ?? selection.name).value !== step) return 0;
    return 1 + longestOf(selection.selectionSet?.selections ?? [], rest, fragments);
  }
  const fragment = selection.kind === "InlineFragment" ? selection : fragments.get(selection.name.value);
  if (!fragment) return 0;
  const { selections } = fragment.selectionSet;
  if (!step.startsWith("... on ")) return longestOf(selections, path, fragments);
  const isThisOne = step === `... on ${fragment.typeCondition?.name.value ?? ""}`;
  return isThisOne ? 1 + longestOf(selections, rest, fragments) : 0;
}
