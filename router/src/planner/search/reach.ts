import type { SchemaView } from "../graph/schema-view.ts";
import { WholeAnswers } from "./answers-whole.ts";
import { type Arrival, arrivalsKey } from "./arrival.ts";

const keptMax = 20_000;

/**
 * How many jumps it takes at least to enter each subgraph with a value of an object type, each key being
 * answered whole by a subgraph entered before. It steers the search along ever shorter chains. All of it follows
 * from the supergraph, so it is kept from one operation to the next.
 */
export class Reach {
  readonly #view: SchemaView;
  readonly #answers: WholeAnswers;
  readonly #kept = new Map<string, ReadonlyMap<number, number>>();

  constructor(view: SchemaView) {
    this.#view = view;
    this.#answers = new WholeAnswers(view);
  }

  from(type: string, arrivals: readonly Arrival[]): ReadonlyMap<number, number> {
    const key = `${type}<${arrivalsKey(arrivals)}`;
    let distances = this.#kept.get(key);
    if (distances === undefined) {
      if (this.#kept.size >= keptMax) this.#kept.clear();
      distances = this.#search(type, arrivals);
      this.#kept.set(key, distances);
    }
    return distances;
  }

  #search(type: string, arrivals: readonly Arrival[]): ReadonlyMap<number, number> {
    const distances = new Map<number, number>();
    const entered = arrivals.map((arrival) => this.#asObject(type, arrival));
    let waiting = this.#entries(type);
    for (let distance = 1; waiting.length > 0; distance++) {
      const reached = waiting.filter(({ subgraph, entry }) => this.#canEnter(subgraph, entry, type, entered));
      if (reached.length === 0) break;
      for (const { subgraph, entry } of reached) {
        if (!distances.has(subgraph)) distances.set(subgraph, distance);
        entered.push(this.#view.arrivals.at(subgraph, entry));
      }
      waiting = waiting.filter((entry) => !reached.includes(entry));
    }
    return distances;
  }

  #asObject(type: string, arrival: Arrival): Arrival {
    if (arrival.type === type || !this.#view.isAbstract(arrival.type)) return arrival;
    if (this.#view.isInterfaceObject(arrival.subgraph, arrival.type)) return arrival;
    return this.#view.arrivals.with({ subgraph: arrival.subgraph, type }, arrival.provides);
  }

  #entries(type: string): { subgraph: number; entry: string }[] {
    const model = this.#view.objectOrInterface(type);
    const entries = [...(model?.subgraphs.keys() ?? [])].map((subgraph) => ({ subgraph, entry: type }));
    for (const parent of model?.interfaces ?? []) {
      for (const [subgraph, inSubgraph] of this.#view.objectOrInterface(parent)?.subgraphs ?? []) {
        if (inSubgraph.isInterfaceObject) entries.push({ subgraph, entry: parent });
      }
    }
    return entries;
  }

  #canEnter(subgraph: number, entry: string, type: string, entered: readonly Arrival[]): boolean {
    return this.#view.keys(subgraph, entry, type).some(({ selection }) =>
      selection.fields.every((field) => {
        const alone = { ...selection, id: -1, fields: [field] };
        return entered.some((arrival) => this.#answers.has(alone, arrival));
      }),
    );
  }
}
