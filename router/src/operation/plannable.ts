import {
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from "graphql";
import type { Fragments } from "../execute/selection.ts";

/**
 * The operation as the planner gets it: alone, with the fragments it uses, and without introspection at the root.
 * Undefined where no subgraph has to be asked.
 */
export function writePlannable(
  definition: OperationDefinitionNode,
  fragments: Fragments,
  rootTypeName: string,
): string | undefined {
  const selections = writeOutRoot(definition.selectionSet, fragments, rootTypeName);
  if (!selections.some(asksSubgraphs)) return undefined;
  const operation = { ...definition, selectionSet: { kind: Kind.SELECTION_SET, selections } as const };
  const used = [...usedFragments(operation.selectionSet, fragments, new Set())];
  return [operation, ...used].map((node) => print(node)).join("\n");
}

function writeOutRoot(set: SelectionSetNode, fragments: Fragments, rootTypeName: string): SelectionNode[] {
  return set.selections.flatMap((selection): SelectionNode[] => {
    if (isAlwaysLeftOut(selection)) return [];
    if (selection.kind === Kind.FIELD) return isIntrospection(selection) ? [] : [selection];
    const fragment =
      selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
    if (!fragment) return [];
    const selections = writeOutRoot(fragment.selectionSet, fragments, rootTypeName);
    if (selections.length === 0) return [];
    return [
      {
        kind: Kind.INLINE_FRAGMENT,
        ...(fragment.typeCondition && { typeCondition: fragment.typeCondition }),
        ...(selection.directives && { directives: selection.directives }),
        selectionSet: { kind: Kind.SELECTION_SET, selections },
      },
    ];
  });
}

function isIntrospection({ name }: FieldNode): boolean {
  return name.value === "__schema" || name.value === "__type";
}

function asksSubgraphs(selection: SelectionNode): boolean {
  if (selection.kind === Kind.FIELD) return selection.name.value !== "__typename";
  return selection.kind === Kind.FRAGMENT_SPREAD || selection.selectionSet.selections.some(asksSubgraphs);
}

function isAlwaysLeftOut({ directives = [] }: SelectionNode): boolean {
  return directives.some(({ name, arguments: [condition] = [] }) => {
    if (condition?.value.kind !== Kind.BOOLEAN) return false;
    const { value } = condition.value;
    return (name.value === "skip" && value) || (name.value === "include" && !value);
  });
}

function usedFragments(set: SelectionSetNode, fragments: Fragments, used: Set<FragmentDefinitionNode>) {
  visit(set, {
    FragmentSpread(spread) {
      const fragment = fragments.get(spread.name.value);
      if (!fragment || used.has(fragment)) return;
      used.add(fragment);
      usedFragments(fragment.selectionSet, fragments, used);
    },
  });
  return used;
}
