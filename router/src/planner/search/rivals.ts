import type { SchemaView } from "../graph/schema-view.ts";
import type { SelectionNode } from "../normalize/selection.ts";
import { availableField, childArrival } from "./availability.ts";
import type { ChoiceContext } from "./choose-sources.ts";
import { type Arrival, arrivalAt, type Item } from "./solution.ts";

/** Finds the selections that ask for some objects only of a type whose objects differ between subgraphs. */
export class UnevenSelections {
  readonly #view: SchemaView;
  readonly #known = new Map<number, boolean>();

  constructor(view: SchemaView) {
    this.#view = view;
  }

  touches(selection: SelectionNode): boolean {
    let touches = this.#known.get(selection.id);
    if (touches === undefined) {
      const isNarrowed = selection.fields.some((field) => field.onType !== selection.type);
      touches =
        (isNarrowed && this.#view.isUneven(selection.type)) ||
        selection.fields.some((field) => field.selection !== undefined && this.touches(field.selection));
      this.#known.set(selection.id, touches);
    }
    return touches;
  }
}

/** The arrival together with the others by which the item could have been resolved. */
export function withRivals({ solver, arrivals }: ChoiceContext, item: Item, arrival: Arrival): Arrival {
  const { selection, name } = item.field;
  if (selection === undefined || !solver.uneven.touches(selection)) return arrival;
  const { view } = solver;
  const rivals = new Map<string, Arrival>();
  const add = (from: Arrival, type: string): void => {
    const field = availableField(view, from, type, name);
    if (field === undefined) return;
    const rival = childArrival(view, from, type, field);
    if (rival.subgraph !== arrival.subgraph || rival.type !== arrival.type) rivals.set(rival.key, rival);
  };
  const [object] = item.asked;
  for (const from of arrivals) {
    for (const place of [from, ...from.rivals])
      add(place, view.isAbstract(place.type) ? place.type : (object ?? place.type));
  }
  for (const { subgraph, entry } of item.options) {
    const isReached =
      view.isRoot(entry) || item.asked.every((asked) => solver.reach.from(asked, arrivals).has(subgraph));
    if (isReached) add(arrivalAt(subgraph, entry, []), entry);
  }
  if (rivals.size === 0) return arrival;
  const sorted = [...rivals.values()].sort((left, right) => (left.key < right.key ? -1 : 1));
  return arrivalAt(arrival.subgraph, arrival.type, arrival.provides, sorted);
}
