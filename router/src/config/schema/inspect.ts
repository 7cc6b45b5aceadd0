import type { ConfigNode } from "../read/config-node.ts";
import { didYouMean } from "./nearest.ts";
import type { ObjectShape, Schema, UnionShape } from "./schema.ts";

export function unknownKey(key: string, shape: ObjectShape): string {
  const known = Object.keys(shape.fields);
  const guess = didYouMean(key, known);
  return guess !== "" || known.length === 0 || known.length > 12
    ? `unknown key${guess}`
    : `unknown key; known are ${known.join(", ")}`;
}

export function mayHold(schema: Schema, node: ConfigNode): boolean {
  const { shape } = schema;
  switch (shape.kind) {
    case "object":
      return node.kind === "map";
    case "list":
      return node.kind === "list";
    case "enum":
    case "scalar":
      return false;
    case "union":
      return shape.alternatives.some((alternative) => mayHold(alternative, node));
    case "lazy":
      return mayHold(shape.get(), node);
    case "any":
      return true;
  }
}

export function knownKeyCount(schema: Schema, node: ConfigNode): number {
  if (node.kind !== "map") {
    return 0;
  }
  const known = new Set(fieldNames(schema));
  return [...node.entries.keys()].filter((key) => known.has(key)).length;
}

export function fieldNames({ shape }: Schema): string[] {
  switch (shape.kind) {
    case "object":
      return Object.keys(shape.fields);
    case "union":
      return shape.alternatives.flatMap((alternative) => fieldNames(alternative));
    case "lazy":
      return fieldNames(shape.get());
    default:
      return [];
  }
}

export function describeAlternatives({ alternatives }: UnionShape): string {
  return [...new Set(alternatives.map(describeSchema))].join(" or ");
}

function describeSchema({ shape }: Schema): string {
  switch (shape.kind) {
    case "object":
      return "a mapping";
    case "list":
      return "a list";
    case "enum":
      return shape.values.map((value) => `"${value}"`).join(" or ");
    case "scalar":
      return shape.expected;
    case "union":
      return describeAlternatives(shape);
    case "lazy":
      return describeSchema(shape.get());
    case "any":
      return "anything";
  }
}
