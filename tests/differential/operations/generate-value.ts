import {
  type GraphQLInputObjectType,
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from "graphql";
import type { Random } from "../random.ts";

const TEXTS = ["", "plain", 'quo"ted', "back\\slash", "new\nline", "naïve ☕", "{ id }", "$v0", "null"];
const DEPTH_MAX = 3;

/** A JSON value that the type takes, as a variable would carry it. */
export function generateValue(random: Random, type: GraphQLInputType, depth = 0): unknown {
  if (isNonNullType(type)) return presentValue(random, type.ofType, depth);
  return random.chance(0.12) ? null : presentValue(random, type, depth);
}

function presentValue(random: Random, type: GraphQLInputType, depth: number): unknown {
  if (isNonNullType(type)) return presentValue(random, type.ofType, depth);
  if (isListType(type)) {
    const item: GraphQLInputType = type.ofType;
    if (random.chance(0.1) && !isListType(item)) return presentValue(random, item, depth);
    return Array.from({ length: random.between(0, 3) }, () => generateValue(random, item, depth + 1));
  }
  if (isInputObjectType(type)) return inputObject(random, type, depth);
  if (isEnumType(type)) return random.pick(type.getValues()).name;
  switch (type.name) {
    case "Int":
      return random.between(-5, 40);
    case "Float":
      return random.pick([0, -1, 2.5, 1e21, 0.125, 7]);
    case "Boolean":
      return random.chance(0.5);
    case "ID":
      return random.pick(["1", "a-b", 12, "☕"]);
    case "String":
      return random.pick(TEXTS);
    default:
      return random.pick<unknown>(["json", 5, false, { a: [1, null, { b: "c" }] }, [1, "two"], 2.5]);
  }
}

function inputObject(random: Random, type: GraphQLInputObjectType, depth: number): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (const field of Object.values(type.getFields())) {
    const isRequired = isNonNullType(field.type) && field.defaultValue === undefined;
    if (isRequired || (depth < DEPTH_MAX && random.chance(0.5))) {
      value[field.name] = generateValue(random, field.type, depth + 1);
    }
  }
  return value;
}

/** The same value as GraphQL text. */
export function literalText(value: unknown, type: GraphQLInputType): string {
  if (value === null || value === undefined) return "null";
  if (isNonNullType(type)) return literalText(value, type.ofType);
  if (isListType(type)) {
    const item: GraphQLInputType = type.ofType;
    return Array.isArray(value)
      ? `[${value.map((each) => literalText(each, item)).join(", ")}]`
      : literalText(value, item);
  }
  if (isInputObjectType(type)) {
    const fields = type.getFields();
    const members = Object.entries(value as Record<string, unknown>).map(
      ([name, member]) => `${name}: ${literalText(member, fields[name]!.type)}`,
    );
    return `{${members.join(", ")}}`;
  }
  return isEnumType(type) ? String(value) : untypedLiteral(value);
}

function untypedLiteral(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(untypedLiteral).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([name, member]) => `${name}: ${untypedLiteral(member)}`)
    .join(", ")}}`;
}
