import type { SchemaView } from "../graph/schema-view.ts";
import { type SelectedField, type SelectionNode, typenameField } from "../normalize/selection.ts";
import type { Arrival } from "./arrival.ts";
import { expansionsAt } from "./expand-field.ts";

/** Below an interface object: what can be asked for without knowing the real types, and what cannot. */
export function splitByKnownType(
  view: SchemaView,
  selection: SelectionNode,
  arrival: Arrival,
): { here: SelectedField[]; typed: SelectedField[] } {
  const here: SelectedField[] = [];
  const typed: SelectedField[] = [];
  for (const field of selection.fields) {
    if (isKnownHere(view, field, arrival)) here.push(field);
    else typed.push(field);
  }
  const hasTypename = typed.some((field) => field.name === "__typename");
  if (typed.length > 0 && !hasTypename) typed.unshift(typenameField(selection.type));
  return { here, typed };
}

function isKnownHere(view: SchemaView, field: SelectedField, arrival: Arrival): boolean {
  if (field.name === "__typename") return false;
  const [item] = expansionsAt(view, field, arrival);
  if (item === undefined || item.types !== undefined) return false;
  if (item.local.length > 0) return true;
  return item.options.some(({ entry, subgraph }) => view.keys(subgraph, entry, arrival.type).length > 0);
}
