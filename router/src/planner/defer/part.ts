import type { Deferral, SelectedField } from "../normalize/selection.ts";

/** A part of the answer that is sent on its own: the first one, or what a `@defer` at one place puts off. */
export interface Part {
  /** The part within which it was put off; undefined for the first. */
  outer: Part | undefined;
  label: string | undefined;
  /** Where its selection starts, in response keys and type conditions. */
  queryPath: readonly string[];
  /** What the client selects in this part alone. Undefined where that is nothing. */
  subselection: string | undefined;
  /** Parts that are put off further, in the order of the operation. */
  inner: Part[];
}

export function isWithin(part: Part, outer: Part): boolean {
  for (let each: Part | undefined = part; each !== undefined; each = each.outer)
    if (each === outer) return true;
  return false;
}

/** The client's way to a place, as far as parts need it. */
export function stepInto(path: readonly string[], type: string, field: SelectedField): readonly string[] {
  const narrowed = field.onType === type ? [] : [`... on ${field.onType}`];
  return [...path, ...narrowed, field.responseKey];
}

/** The parts of one operation. */
export class Parts {
  readonly first: Part = {
    outer: undefined,
    label: undefined,
    queryPath: [],
    subselection: undefined,
    inner: [],
  };
  readonly #known = new Map<Part, Map<string, Part>>();

  /** The part that a deferral begins at a place of another part. */
  at(around: Part, queryPath: readonly string[], deferral: Deferral): Part {
    const outer = deferral.outer === undefined ? around : this.at(around, queryPath, deferral.outer);
    let known = this.#known.get(outer);
    if (known === undefined) {
      known = new Map();
      this.#known.set(outer, known);
    }
    const key = `${queryPath.join("/")}^${deferral.key}`;
    let part = known.get(key);
    if (part === undefined) {
      part = { outer, label: deferral.label, queryPath, subselection: undefined, inner: [] };
      known.set(key, part);
      outer.inner.push(part);
    }
    return part;
  }
}
