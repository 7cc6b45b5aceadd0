import type { SchemaView } from "../graph/schema-view.ts";
import { conditionsKey, type SelectionNode } from "../normalize/selection.ts";
import type { RequiresSelection } from "../plan.ts";
import { withoutConditions } from "./conditions.ts";
import type { Representation } from "./fetch-group.ts";
import type { NameScope } from "./name-scope.ts";

/**
 * What a representation copies from the object at hand: `alias` is read there
 * where it differs from the `name` that is written.
 * Type conditions name objects, never interfaces.
 */
export function requiresSelections(
  view: SchemaView,
  selection: SelectionNode,
  names: NameScope,
): RequiresSelection[] {
  const selections: RequiresSelection[] = [];
  if (view.isAbstract(selection.type)) selections.push({ kind: "Field", name: "__typename" });
  for (const field of selection.fields) {
    const key = field.name === "__typename" ? "__typename" : names.internalKey(field);
    const copied: RequiresSelection = { kind: "Field", name: field.name };
    if (key !== field.name) copied.alias = key;
    if (field.selection !== undefined) {
      copied.selections = requiresSelections(view, field.selection, names.child(key));
    }
    if (field.onType === selection.type) {
      if (field.name !== "__typename" || !view.isAbstract(selection.type)) selections.push(copied);
      continue;
    }
    for (const typeCondition of view.possible(field.onType)) {
      selections.push({ kind: "InlineFragment", typeCondition, selections: [copied] });
    }
  }
  return selections;
}

/** Adds selections, fields of the same name becoming one. */
export function mergeRequires(into: RequiresSelection[], added: readonly RequiresSelection[]): void {
  for (const selection of added) {
    const same = into.find((known) => isSamePlace(known, selection));
    if (same === undefined) into.push(copyOf(selection));
    else if (selection.selections !== undefined) {
      same.selections ??= [];
      mergeRequires(same.selections, selection.selections);
    }
  }
}

function copyOf(selection: RequiresSelection): RequiresSelection {
  if (selection.selections === undefined) return { ...selection };
  return { ...selection, selections: selection.selections.map(copyOf) };
}

function isSamePlace(left: RequiresSelection, right: RequiresSelection): boolean {
  if (left.kind === "Field")
    return right.kind === "Field" && left.name === right.name && left.alias === right.alias;
  return right.kind === "InlineFragment" && left.typeCondition === right.typeCondition;
}

/** False when a field is already copied from another response key: one representation holds only one of them. */
function canCopy(
  known: readonly RequiresSelection[] | undefined,
  added: readonly RequiresSelection[],
): boolean {
  return added.every((selection) =>
    (known ?? []).every((other) => {
      if (isSamePlace(other, selection)) return canCopy(other.selections, selection.selections ?? []);
      return selection.kind !== "Field" || other.kind !== "Field" || other.name !== selection.name;
    }),
  );
}

/**
 * Whether objects of one type can be represented for both uses at once. Under unlike conditions one of the two
 * must copy all that the other does, and be there whenever the other is: else a field that is missing for the
 * one would keep the object from being represented for the other.
 */
export function canJoin(
  known: Pick<Representation, "selections" | "under"> | undefined,
  added: Pick<Representation, "selections" | "under">,
): boolean {
  if (known === undefined) return true;
  if (conditionsKey(known.under) === conditionsKey(added.under))
    return canCopy(known.selections, added.selections);
  const isCovered = isWithin(added.selections, known.selections);
  const covers = isWithin(withoutTypename(known.selections), added.selections);
  if (isCovered && covers) return true;
  return (
    (isCovered && withoutConditions(known.under, added.under).length === 0) ||
    (covers && withoutConditions(added.under, known.under).length === 0)
  );
}

function withoutTypename(selections: readonly RequiresSelection[]): readonly RequiresSelection[] {
  return selections.filter((selection) => selection.kind !== "Field" || selection.name !== "__typename");
}

function isWithin(selections: readonly RequiresSelection[], all: readonly RequiresSelection[]): boolean {
  return selections.every((selection) =>
    all.some(
      (other) =>
        isSamePlace(other, selection) && isWithin(selection.selections ?? [], other.selections ?? []),
    ),
  );
}
