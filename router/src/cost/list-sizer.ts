import { type FieldNode, Kind, type ValueNode } from "graphql";
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { CostError } from "./cost-error.ts";
import type { CostField, ListSize } from "./cost-schema.ts";
import type { SizedFields } from "./sized-fields.ts";

type ReadSize = (variables: JsonObject) => number | undefined;

/** A `@listSize` at a field of an operation: how long the lists are that it speaks of. */
export interface ListSizer {
  readonly size: ReadSize;
  readonly sizedFields: SizedFields | undefined;
}

export function compileListSizer(listSize: ListSize, field: FieldNode, definition: CostField): ListSizer {
  return { size: compileSize(listSize, field, definition), sizedFields: listSize.sizedFields };
}

/** The largest of those that know. */
export function largestSize(sizes: readonly ReadSize[], variables: JsonObject): number | undefined {
  let largest: number | undefined;
  for (const read of sizes) {
    const size = read(variables);
    if (size !== undefined && (largest === undefined || size > largest)) largest = size;
  }
  return largest;
}

function compileSize(
  { assumedSize, slicingArguments, requiresOne }: ListSize,
  field: FieldNode,
  definition: CostField,
): ReadSize {
  if (!slicingArguments) return () => assumedSize;
  const readers = slicingArguments.flatMap((path) => compileSlicing(path, field, definition) ?? []);
  return function readSize(variables) {
    let found = 0;
    let largest: number | undefined;
    for (const read of readers) {
      const size = read(variables);
      if (size === undefined) continue;
      found++;
      if (largest === undefined || size > largest) largest = size;
    }
    if (requiresOne && found !== 1) {
      throw new CostError(`Exactly one slicing argument is required, but found ${found}`);
    }
    return largest ?? assumedSize;
  };
}

/** What the field's argument says, else the argument's default. */
function compileSlicing(
  [name = "", ...path]: readonly string[],
  field: FieldNode,
  definition: CostField,
): ReadSize | undefined {
  const given = field.arguments?.find((argument) => argument.name.value === name)?.value;
  const value = given ?? definition.inputs.get(name)?.defaultValue;
  if (!value) return undefined;
  if (value.kind === Kind.VARIABLE) {
    const variable = value.name.value;
    return (variables) => sizeOfJson(jsonAt(variables[variable], path));
  }
  const inner = valueAt(value, path);
  if (inner?.kind === Kind.VARIABLE) {
    const variable = inner.name.value;
    return (variables) => sizeOfJson(variables[variable]);
  }
  const size = inner && sizeOfValue(inner);
  return size === undefined ? undefined : () => size;
}

function valueAt(value: ValueNode, path: readonly string[]): ValueNode | undefined {
  return path.reduce<ValueNode | undefined>(
    (current, name) =>
      current?.kind === Kind.OBJECT
        ? current.fields.find((field) => field.name.value === name)?.value
        : undefined,
    value,
  );
}

function jsonAt(value: JsonValue | undefined, path: readonly string[]): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>(
    (current, name) => (isJsonObject(current) && Object.hasOwn(current, name) ? current[name] : undefined),
    value,
  );
}

/** A number of items, or the items themselves; never fewer than none. */
function sizeOfValue(value: ValueNode): number | undefined {
  if (value.kind === Kind.LIST) return value.values.length;
  return value.kind === Kind.INT ? sizeOfJson(Number(value.value)) : undefined;
}

const intMax = 2_147_483_647;

function sizeOfJson(value: JsonValue | undefined): number | undefined {
  if (Array.isArray(value)) return value.length;
  if (typeof value !== "number" || !Number.isInteger(value) || Math.abs(value) > intMax) return undefined;
  return Math.max(0, value);
}
