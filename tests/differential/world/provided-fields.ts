import { Kind, type SelectionNode } from "graphql";
import type { Instance } from "./data-model.ts";
import type { SupergraphTypes } from "./supergraph-types.ts";

/** External fields that a `@provides` on the way here makes known, with what they provide further down. */
export type ProvidedFields = ReadonlyMap<string, readonly SelectionNode[]>;

export const provideNothing: ProvidedFields = new Map();

export function providedBy(
  selections: readonly SelectionNode[],
  instance: Instance,
  types: SupergraphTypes,
): ProvidedFields {
  const fields = new Map<string, SelectionNode[]>();
  const add = (selection: SelectionNode): void => {
    if (selection.kind === Kind.FIELD) {
      const name = selection.name.value;
      const below = selection.selectionSet?.selections ?? [];
      fields.set(name, [...(fields.get(name) ?? []), ...below]);
    }
    if (selection.kind !== Kind.INLINE_FRAGMENT) return;
    const condition = selection.typeCondition?.name.value;
    if (condition && !types.objectsOf(condition).includes(instance.typeName)) return;
    selection.selectionSet.selections.forEach(add);
  };
  selections.forEach(add);
  return fields;
}

export function covers(provided: ProvidedFields, needed: readonly SelectionNode[]): boolean {
  return needed.every((selection) => {
    if (selection.kind !== Kind.FIELD) return false;
    return provided.has(selection.name.value);
  });
}
