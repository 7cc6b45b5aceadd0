import type { Arrival } from "./arrival.ts";
import { availableField, childArrival } from "./availability.ts";
import type { ChoiceContext } from "./search.ts";
import type { Item } from "./solution.ts";

/** The arrival together with the others by which the item could have been resolved. */
export function withRivals({ search, arrivals }: ChoiceContext, item: Item, arrival: Arrival): Arrival {
  const { selection, name } = item.field;
  if (selection === undefined || !search.uneven.touches(selection)) return arrival;
  const { view } = search;
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
      view.isRoot(entry) || item.asked.every((asked) => search.reach.from(asked, arrivals).has(subgraph));
    if (isReached) add(view.arrivals.at(subgraph, entry), entry);
  }
  if (rivals.size === 0) return arrival;
  const sorted = [...rivals.values()].sort((left, right) => (left.key < right.key ? -1 : 1));
  return view.arrivals.with(arrival, arrival.provides, sorted);
}
