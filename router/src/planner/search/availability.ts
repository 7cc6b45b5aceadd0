import type { LocalField, SchemaView } from "../graph/schema-view.ts";
import type { SelectionNode } from "../normalize/selection.ts";
import type { Arrival } from "./arrival.ts";

/** The field as the arrival's subgraph answers it right there for this object or interface type. */
export function availableField(
  view: SchemaView,
  arrival: Arrival,
  type: string,
  name: string,
): LocalField | undefined {
  const local = view.local(arrival.subgraph, type, name);
  const provided = local === undefined || local.external;
  if (provided && !isProvided(view, arrival.provides, type, name)) return undefined;
  if (local === undefined) return view.providedField(arrival.subgraph, type, name);
  if (local.requires !== undefined || local.context.length > 0) return undefined;
  return local;
}

/** The type on which the arrival may select the field for all of these object types at once. */
export function directType(
  view: SchemaView,
  arrival: Arrival,
  candidate: string,
  objects: readonly string[],
  name: string,
): LocalField | undefined {
  const field = availableField(view, arrival, candidate, name);
  if (field === undefined || !view.isAbstract(candidate)) return field;
  return objects.every((object) => availableField(view, arrival, object, name)) ? field : undefined;
}

function isProvided(
  view: SchemaView,
  provides: readonly SelectionNode[],
  type: string,
  name: string,
): boolean {
  return provides.some((node) =>
    node.fields.some((field) => field.name === name && covers(view, field.onType, type)),
  );
}

function covers(view: SchemaView, wider: string, type: string): boolean {
  if (wider === type) return true;
  const objects = view.possible(wider);
  for (const object of view.possible(type)) if (!objects.has(object)) return false;
  return true;
}

/** Where one gets by asking the arrival for the field. */
export function childArrival(view: SchemaView, arrival: Arrival, type: string, field: LocalField): Arrival {
  if (field.provides === undefined && arrival.provides.length === 0) {
    return view.arrivals.at(arrival.subgraph, field.namedType);
  }
  const provides = field.provides === undefined ? [] : [field.provides];
  for (const node of arrival.provides) {
    for (const provided of node.fields) {
      if (
        provided.name === field.name &&
        provided.selection !== undefined &&
        covers(view, provided.onType, type)
      ) {
        provides.push(provided.selection);
      }
    }
  }
  return view.arrivals.with({ subgraph: arrival.subgraph, type: field.namedType }, provides);
}
