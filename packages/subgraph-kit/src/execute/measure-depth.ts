import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";

/** How many fields deep the deepest operation is; each fragment is measured once. The document must be valid. */
export function measureDepth(document: DocumentNode): number {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  }
  const depths = new Map<string, number>();
  const depthOf = ({ selections }: SelectionSetNode): number =>
    Math.max(0, ...selections.map(depthOfSelection));
  const depthOfSelection = (selection: SelectionNode): number => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return depthOfFragment(selection.name.value);
    const below = selection.selectionSet ? depthOf(selection.selectionSet) : 0;
    return selection.kind === Kind.FIELD ? below + 1 : below;
  };
  const depthOfFragment = (name: string): number => {
    const fragment = fragments.get(name);
    const depth = depths.get(name) ?? (fragment ? depthOf(fragment.selectionSet) : 0);
    depths.set(name, depth);
    return depth;
  };
  const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  return Math.max(0, ...operations.map((node) => depthOf(node.selectionSet)));
}
