import type { SchemaView } from "../graph/schema-view.ts";
import { type SelectedField, type SelectionNode, typenameField } from "../normalize/selection.ts";
import { expandField } from "./expand-field.ts";
import type { Arrival } from "./solution.ts";

/**
 * Below an interface object: what can be asked for without knowing the real types, and what cannot. A field
 * under a type condition is asked for unconditionally where nothing else writes to its response key: the
 * answer's projection leaves it out for other types.
 */
export function splitByKnownType(
  view: SchemaView,
  selection: SelectionNode,
  arrival: Arrival,
): { here: SelectedField[]; typed: SelectedField[] } {
  const here: SelectedField[] = [];
  const typed: SelectedField[] = [];
  let needsType = false;
  for (const field of selection.fields) {
    if (field.name === "__typename") {
      typed.push(field);
      continue;
    }
    const [item] = expandField(view, field, [arrival]);
    if (item === undefined) continue;
    const isWhole = item.types === undefined;
    if (item.local.length > 0 && (isWhole || isAlone(selection, field))) {
      here.push(field);
      needsType ||= !isWhole;
    } else if (
      isWhole &&
      item.options.some(({ entry, subgraph }) => view.keys(subgraph, entry, arrival.type).length > 0)
    ) {
      here.push(field);
    } else typed.push(field);
  }
  const hasTypename = typed.some((field) => field.responseKey === "__typename");
  if ((needsType || typed.length > 0) && !hasTypename) typed.unshift(typenameField(selection.type));
  return { here, typed };
}

function isAlone(selection: SelectionNode, field: SelectedField): boolean {
  return selection.fields.every((other) => other === field || other.responseKey !== field.responseKey);
}
