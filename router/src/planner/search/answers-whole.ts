import type { SchemaView } from "../graph/schema-view.ts";
import type { SelectionNode } from "../normalize/selection.ts";
import type { Arrival } from "./arrival.ts";
import { childArrival } from "./availability.ts";
import { expansionsAt, sourceAt } from "./expand-field.ts";

/** Tells whether an arrival answers a selection as it stands: no jump, no fragment taken apart. */
export class WholeAnswers {
  readonly #view: SchemaView;
  readonly #known = new Map<string, boolean>();

  readonly #counts = new Map<string, number>();

  constructor(view: SchemaView) {
    this.#view = view;
  }

  readonly has = (selection: SelectionNode, arrival: Arrival): boolean => {
    if (selection.id < 0) return this.#read(selection, arrival);
    const key = `${selection.id}@${arrival.key}`;
    let answer = this.#known.get(key);
    if (answer === undefined) {
      answer = this.#read(selection, arrival);
      this.#known.set(key, answer);
    }
    return answer;
  };

  /** How many fields of the selection, at any depth, the arrival's subgraph answers on the way down. */
  known(selection: SelectionNode, arrival: Arrival): number {
    const key = `${selection.id}@${arrival.key}`;
    let count = this.#counts.get(key);
    if (count === undefined) {
      count = 0;
      for (const field of selection.fields) {
        const source = sourceAt(this.#view, field, arrival);
        if (source?.field === undefined) continue;
        count++;
        if (field.selection === undefined) continue;
        const child = childArrival(this.#view, arrival, source.on?.[0] ?? arrival.type, source.field);
        count += this.known(field.selection, child);
      }
      this.#counts.set(key, count);
    }
    return count;
  }

  #read(selection: SelectionNode, arrival: Arrival): boolean {
    const isInterfaceObject = this.#view.isInterfaceObject(arrival.subgraph, arrival.type);
    return selection.fields.every((field) => {
      if (field.name === "__typename") return !isInterfaceObject;
      const items = expansionsAt(this.#view, field, arrival);
      if (items.length !== 1) return false;
      const [{ local, types }] = items as [(typeof items)[0]];
      const [source] = local;
      if (source?.field === undefined) return false;
      if (isInterfaceObject && types !== undefined) return false;
      if (source.on !== undefined && (source.on.length > 1 || source.on[0] !== field.onType)) return false;
      if (field.selection === undefined) return true;
      return this.has(
        field.selection,
        childArrival(this.#view, arrival, source.on?.[0] ?? arrival.type, source.field),
      );
    });
  }
}
