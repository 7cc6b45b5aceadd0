import { type Fields, type ObjectValue, Schema, type UnionShape, type VerbatimValue } from "./schema.ts";

export function object<const F extends Fields>(fields: F): Schema<ObjectValue<F>, ""> {
  return new Schema({ kind: "object", fields, rest: undefined, verbatim: false }, "");
}

/** An object that may be left out, because each of its keys may. */
export function section<const F extends Fields>(fields: F): Schema<ObjectValue<F>, ""> {
  return object(fields).default({});
}

/** Known names that stay as they are, and any other name with a value of one kind. */
export function openNames<const F extends Fields, Rest>(
  fields: F,
  rest: Schema<Rest>,
): Schema<VerbatimValue<F> & { readonly [name: string]: VerbatimValue<F>[keyof F] | Rest | undefined }, ""> {
  return new Schema({ kind: "object", fields, rest, verbatim: true }, "");
}

/** Known names that stay as they are, and no others. */
export function closedNames<const F extends Fields>(fields: F): Schema<VerbatimValue<F>, ""> {
  return new Schema({ kind: "object", fields, rest: undefined, verbatim: true }, "");
}

/** Any name, each with a value of one kind. */
export function map<Value>(value: Schema<Value>): Schema<Readonly<Record<string, Value>>, ""> {
  return new Schema({ kind: "object", fields: {}, rest: value, verbatim: true }, "");
}

export function list<Item>(item: Schema<Item>, bounds: ListBounds = {}): Schema<readonly Item[], ""> {
  const { itemsMin = 0, itemsMax = Number.POSITIVE_INFINITY, unique = false } = bounds;
  return new Schema({ kind: "list", item, itemsMin, itemsMax, unique }, "");
}

interface ListBounds {
  readonly itemsMin?: number;
  readonly itemsMax?: number;
  readonly unique?: boolean;
}

export function union<const Alternatives extends readonly Schema[]>(
  ...alternatives: Alternatives
): Schema<Alternatives[number]["value"], ""> {
  const shape: UnionShape = { kind: "union", alternatives };
  return new Schema(shape, "");
}

export function oneOf<const Value extends string>(...values: readonly Value[]): Schema<Value, ""> {
  return new Schema({ kind: "enum", values }, "");
}

/** For what contains itself. */
export function lazy<Value>(get: () => Schema): Schema<Value, ""> {
  return new Schema({ kind: "lazy", get }, "");
}

export function anything(): Schema<unknown, ""> {
  return new Schema({ kind: "any" }, "");
}
