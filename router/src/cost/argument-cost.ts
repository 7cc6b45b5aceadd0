import { Kind, type ValueNode } from "graphql";
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import type { CostInput, CostSchema } from "./cost-schema.ts";

/** A part of an operation's cost, which may depend on its variables. */
export type Score = (variables: JsonObject) => number;

/** What an argument costs as it stands in the operation; undefined where it is always free. */
export function compileArgument(
  value: ValueNode,
  input: CostInput | undefined,
  schema: CostSchema,
): Score | undefined {
  if (!input) return undefined;
  switch (value.kind) {
    case Kind.NULL:
      return undefined;
    case Kind.VARIABLE: {
      const name = value.name.value;
      // What the planner adds, such as the representations of entities, is nothing that the client sent.
      return (variables) => scoreValue(variables[name], input, schema);
    }
    case Kind.LIST:
      return sum(
        input.weight ?? 0,
        value.values.map((item) => compileArgument(item, input, schema)),
      );
    case Kind.OBJECT:
      if (!input.isObject) return constant(input.weight ?? 0);
      return sum(
        input.weight ?? 1,
        value.fields.map((field) =>
          compileArgument(field.value, schema.inputField(input.typeName, field.name.value), schema),
        ),
      );
    default:
      return constant(input.weight ?? 0);
  }
}

function scoreValue(value: JsonValue | undefined, input: CostInput | undefined, schema: CostSchema): number {
  if (value === undefined || value === null || !input) return 0;
  if (Array.isArray(value)) {
    return value.reduce<number>((total, item) => total + scoreValue(item, input, schema), input.weight ?? 0);
  }
  if (!isJsonObject(value) || !input.isObject) return input.weight ?? 0;
  return Object.entries(value).reduce(
    (total, [name, field]) => total + scoreValue(field, schema.inputField(input.typeName, name), schema),
    input.weight ?? 1,
  );
}

function constant(weight: number): Score | undefined {
  return weight === 0 ? undefined : () => weight;
}

export function sum(start: number, scores: readonly (Score | undefined)[]): Score | undefined {
  const some = scores.filter((score) => score !== undefined);
  if (some.length === 0) return constant(start);
  if (some.length === 1 && start === 0) return some[0];
  return (variables) => {
    let total = start;
    for (const score of some) total += score(variables);
    return total;
  };
}
