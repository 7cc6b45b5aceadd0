import type { Position } from "../problem.ts";

/** A yaml file as a tree that remembers where each part stood. */
export type ConfigNode = MapNode | ListNode | ScalarNode;

export interface MapNode {
  readonly kind: "map";
  readonly position: Position | undefined;
  readonly entries: Map<string, MapEntry>;
}

export interface MapEntry {
  readonly keyPosition: Position | undefined;
  node: ConfigNode;
}

export interface ListNode {
  readonly kind: "list";
  readonly position: Position | undefined;
  readonly items: ConfigNode[];
}

export interface ScalarNode {
  readonly kind: "scalar";
  readonly position: Position | undefined;
  readonly value: ScalarValue;
  /** What the file says, when the value came from a variable: a value that may be secret is never printed. */
  readonly unexpanded?: string;
}

export type ScalarValue = string | number | boolean | null;

export function emptyMap(position?: Position): MapNode {
  return { kind: "map", position, entries: new Map() };
}

/** A tree for a plain value, for defaults and overrides that stand in no file. */
export function nodeOf(value: unknown): ConfigNode {
  if (Array.isArray(value)) {
    return { kind: "list", position: undefined, items: value.map(nodeOf) };
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(
      ([key, item]) => [key, { keyPosition: undefined, node: nodeOf(item) }] as const,
    );
    return { kind: "map", position: undefined, entries: new Map(entries) };
  }
  return { kind: "scalar", position: undefined, value: value as ScalarValue };
}

export function plainValue(node: ConfigNode): unknown {
  switch (node.kind) {
    case "map":
      return Object.fromEntries([...node.entries].map(([key, entry]) => [key, plainValue(entry.node)]));
    case "list":
      return node.items.map(plainValue);
    case "scalar":
      return node.value;
  }
}

export function describeNode(node: ConfigNode): string {
  if (node.kind !== "scalar") {
    return node.kind === "map" ? "a mapping" : "a list";
  }
  if (node.value === null) {
    return "nothing";
  }
  return `${typeof node.value === "string" ? "text" : `the ${typeof node.value}`} ${printScalar(node)}`;
}

const PRINTED_LENGTH_MAX = 80;

export function printScalar({ value, unexpanded }: ScalarNode): string {
  const printed = JSON.stringify(unexpanded ?? value);
  return printed.length > PRINTED_LENGTH_MAX ? `${printed.slice(0, PRINTED_LENGTH_MAX)}…` : printed;
}
