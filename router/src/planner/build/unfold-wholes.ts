import type { SchemaView } from "../graph/schema-view.ts";
import { fetchedKey } from "../normalize/selection.ts";
import { childArrival } from "../search/availability.ts";
import { sourceAt } from "../search/expand-field.ts";
import { SelectionTree, type WholeSelection } from "./selection-tree.ts";

/** A whole selection that shares its tree with others is written into it field by field, so that they merge. */
export function unfoldWholes(view: SchemaView, tree: SelectionTree): void {
  const isAlone = tree.wholes.length === 1 && tree.fields.size === 0 && tree.fragments.size === 0;
  if (!isAlone) for (const whole of tree.wholes.splice(0)) unfoldWhole(view, tree, whole);
  for (const field of tree.fields.values()) if (field.child !== undefined) unfoldWholes(view, field.child);
  for (const fragment of tree.fragments.values()) unfoldWholes(view, fragment);
}

export function unfoldWhole(
  view: SchemaView,
  tree: SelectionTree,
  { selection, arrival }: WholeSelection,
): void {
  const isInterfaceObject = view.isInterfaceObject(arrival.subgraph, arrival.type);
  if (view.isAbstract(selection.type) && !isInterfaceObject) tree.addTypename();
  for (const field of selection.fields) {
    const source = sourceAt(view, field, arrival);
    if (source === undefined) continue;
    const on = source.on?.[0];
    const added = (on === undefined ? tree : tree.on(on)).addField(field, fetchedKey(field), source.field);
    if (field.selection === undefined || source.field === undefined) continue;
    added.child ??= new SelectionTree(source.field.namedType);
    added.child.addWhole(field.selection, childArrival(view, arrival, on ?? arrival.type, source.field));
  }
}
