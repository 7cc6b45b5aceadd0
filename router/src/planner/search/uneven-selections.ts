import type { SchemaView } from "../graph/schema-view.ts";
import type { SelectionNode } from "../normalize/selection.ts";

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
