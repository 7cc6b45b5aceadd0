import type { JsonObject, JsonValue } from "../../json.ts";
import type { CacheControl } from "../cache-control.ts";
import { type Form, readStep } from "../forms/form.ts";

/** One form of an entity, as a subgraph answered it or as put together from such. */
export interface View {
  readonly form: Form;
  /** The values of what `@requires` demands, in the order of the form's requirements. */
  readonly inputs: readonly string[];
  /** Null where the subgraph knows no such entity. Undefined where only its key is kept. Never changed. */
  readonly data: JsonObject | null | undefined;
  readonly terms: Terms;
  readonly tags: readonly string[];
  readonly bytes: number;
}

/** How long something may be served; shared by all that one answer brought. */
export interface Terms {
  readonly control: CacheControl;
  readonly freshUntilMs: number;
  /** While it is looked up anew meanwhile. */
  readonly staleUntilMs: number;
  /** While the subgraph cannot be asked. */
  readonly staleOnErrorUntilMs: number;
}

export type Freshness = "fresh" | "stale" | "staleOnError";

export function isUsable({ terms }: View, freshness: Freshness, nowMs: number): boolean {
  switch (freshness) {
    case "fresh":
      return nowMs < terms.freshUntilMs;
    case "stale":
      return nowMs < terms.staleUntilMs;
    case "staleOnError":
      return nowMs < terms.staleOnErrorUntilMs;
  }
}

export function keepUntilMs({ terms }: View): number {
  return Math.max(terms.freshUntilMs, terms.staleUntilMs, terms.staleOnErrorUntilMs);
}

export interface Wanted {
  readonly form: Form;
  readonly inputs: readonly string[];
  readonly nowMs: number;
  readonly freshness: Freshness;
}

/** The views that together hold all that is wanted; one of them alone where it can. */
export function findViews(views: readonly View[], wanted: Wanted): readonly View[] | undefined {
  const { form, inputs, freshness, nowMs } = wanted;
  for (const view of views) {
    const isWhole = view.form === form && sameInputs(view.inputs, inputs);
    if ((isWhole || view.data === null) && isUsable(view, freshness, nowMs)) return [view];
  }
  // Most forms that are not there lack a field altogether, which is quickly seen.
  for (const field of form.fields) if (!views.some((view) => view.form.has(field))) return undefined;
  const usable = views.filter((view) => isUsable(view, freshness, nowMs));
  const used = new Set<View>();
  for (let at = 0; at < form.fields.length; at++) {
    const source = usable.find((view) => holdsField(view, wanted, at));
    if (!source) return undefined;
    used.add(source);
  }
  return [...used];
}

/** Data of the wanted form. Undefined where nested parts turn out to lack something. */
export function assemble(views: readonly View[], wanted: Wanted): JsonObject | null | undefined {
  const [first] = views;
  if (first?.data === null || (views.length === 1 && first?.form === wanted.form)) return first?.data;
  const data: JsonObject = {};
  for (let at = 0; at < wanted.form.fields.length; at++) {
    const value = readField(views, wanted, at);
    if (value === undefined) return undefined;
    data[wanted.form.fields[at]!.key] = value;
  }
  return data;
}

function readField(views: readonly View[], wanted: Wanted, at: number): JsonValue | undefined {
  for (const view of views) {
    if (!holdsField(view, wanted, at)) continue;
    const value = readStep(wanted.form.from(view.form).steps[at]!, view.data!);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** A field with `@requires` counts only where it was computed from the same. */
function holdsField(view: View, { form, inputs }: Wanted, at: number): boolean {
  if (!view.data || form.from(view.form).steps[at] === undefined) return false;
  const { requires } = form.fields[at]!;
  if (requires === undefined) return true;
  const known = view.form.requirements.indexOf(requires);
  return view.inputs[known] === inputs[form.requirements.indexOf(requires)];
}

export function sameInputs(one: readonly string[], other: readonly string[]): boolean {
  if (one === other) return true;
  return one.length === other.length && one.every((value, index) => value === other[index]);
}
