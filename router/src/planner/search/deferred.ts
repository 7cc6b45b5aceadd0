import type { SchemaView } from "../graph/schema-view.ts";
import { groupBy } from "../group-by.ts";
import {
  conditionsKey,
  type Deferral,
  fieldSignature,
  type SelectedField,
  type SelectionNode,
} from "../normalize/selection.ts";
import { type Item, type Solution, score, weightOf } from "./solution.ts";

/** What is wanted at once, and what each deferral puts off. */
export function byDeferral(
  { hasDeferrals }: SelectionNode,
  fields: readonly SelectedField[],
): { now: readonly SelectedField[]; later: readonly (readonly SelectedField[])[] } {
  if (!hasDeferrals) return { now: fields, later: [] };
  const now = fields.filter((field) => field.deferral === undefined);
  const deferred = fields.filter(
    (field) => field.deferral !== undefined && !fields.some((other) => isCoveredBy(field, other)),
  );
  return { now, later: [...groupBy(deferred, ({ deferral }) => deferral!.key).values()] };
}

/** The other field brings the same, and in an earlier part. */
function isCoveredBy(field: SelectedField, other: SelectedField): boolean {
  return (
    field.responseKey === other.responseKey &&
    field.onType === other.onType &&
    fieldSignature(field) === fieldSignature(other) &&
    field.selection === other.selection &&
    field.selection?.hasDeferrals !== true &&
    (other.conditions.length === 0 || conditionsKey(field.conditions) === conditionsKey(other.conditions)) &&
    isEarlier(other.deferral, field.deferral)
  );
}

function isEarlier(one: Deferral | undefined, other: Deferral | undefined): boolean {
  for (let each = other; each !== undefined; each = each.outer) if (each.outer === one) return true;
  return false;
}

/** A key is fetched at once anyway, to enter by it later. */
export function isPartOfKey(view: SchemaView, { field, asked }: Item): boolean {
  if (field.name === "__typename") return true;
  if (field.selection !== undefined || field.argumentsText !== "") return false;
  return asked.every((type) =>
    [...(view.objectOrInterface(type)?.subgraphs.keys() ?? [])].some((subgraph) =>
      view
        .keys(subgraph, type, type)
        .some(({ selection }) => selection.fields.some(({ name }) => name === field.name)),
    ),
  );
}

/** What is deferred adds fetches, but nobody waits for them. */
export function withDeferred(now: Solution, later: Solution): Solution {
  const placements = [...(now.placements ?? []), ...(later.placements ?? [])];
  const nestedFetches = now.nestedFetches + weightOf(later.opened) + later.nestedFetches;
  const cost = score(weightOf(now.opened) + nestedFetches, now.depth);
  return { ...now, placements, nestedFetches, score: cost };
}
