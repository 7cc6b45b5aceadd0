import { Kind, parse, type SelectionSetNode } from "graphql";
import { isJsonObject, type JsonObject, type JsonValue } from "../../json.ts";
import type { RequiresSelection } from "../../planner/plan.ts";
import type { CacheFacts } from "../cache-facts.ts";
import { writeSorted } from "./write-values.ts";

/** What a representation names, and what it brings along for fields with `@requires`. */
export interface Identity {
  readonly typeName: string;
  /** The key fields as JSON, sorted, the type's name first. */
  readonly key: string;
  /** Undefined where it holds nothing but the key. */
  readonly representation: JsonObject | undefined;
}

export type IdentifyText = (text: string) => Identity | undefined;

export interface RepresentationSource {
  subgraph: string;
  requires: readonly RequiresSelection[];
  isRewritten: boolean;
}

export function compileIdentify(
  { subgraph, requires, isRewritten }: RepresentationSource,
  facts: CacheFacts,
): IdentifyText {
  const plainType = isRewritten ? undefined : findPlainType(requires, subgraph, facts);
  if (plainType !== undefined) return (key) => ({ typeName: plainType, key, representation: undefined });
  const keysByType = new Map<string, readonly FieldTree[]>();
  return function identify(text) {
    const representation = JSON.parse(text) as JsonValue;
    if (!isJsonObject(representation) || typeof representation.__typename !== "string") return undefined;
    const typeName = representation.__typename;
    let keys = keysByType.get(typeName);
    if (!keys) {
      keys = facts.keysOf(subgraph, typeName).map(readFieldSet);
      keysByType.set(typeName, keys);
    }
    return { typeName, key: writeKey(typeName, findKey(representation, keys)), representation };
  };
}

/** The key of an entity as it is written everywhere. */
export function writeKey(typeName: string, fields: JsonObject): string {
  const { __typename: _standsFirst, ...rest } = fields;
  const body = writeSorted(rest);
  return `{"__typename":${JSON.stringify(typeName)}${body === "{}" ? "" : ","}${body.slice(1)}`;
}

/** Where each representation is a type's name and plain key fields in their order, its text is the key. */
function findPlainType(
  requires: readonly RequiresSelection[],
  subgraph: string,
  facts: CacheFacts,
): string | undefined {
  const [only, ...others] = requires;
  if (only?.kind !== "InlineFragment" || others.length > 0) return undefined;
  const names = only.selections.flatMap((each) =>
    each.kind === "Field" && !each.selections ? [each.name] : [],
  );
  if (names.length < only.selections.length || names[0] !== "__typename") return undefined;
  const fields = names.slice(1);
  const isSorted = fields.every((name, index) => index === 0 || fields[index - 1]! < name);
  const isKey = facts
    .keysOf(subgraph, only.typeCondition)
    .some((key) => [...key.trim().split(/\s+/)].sort().join() === fields.join());
  return isSorted && isKey ? only.typeCondition : undefined;
}

type FieldTree = ReadonlyMap<string, FieldTree | undefined>;

function readFieldSet(text: string): FieldTree {
  const [definition] = parse(`{${text}}`, { noLocation: true }).definitions;
  return definition?.kind === Kind.OPERATION_DEFINITION ? readTree(definition.selectionSet) : new Map();
}

function readTree({ selections }: SelectionSetNode): FieldTree {
  return new Map(
    selections.flatMap((selection) => {
      if (selection.kind === Kind.FIELD)
        return [[selection.name.value, selection.selectionSet && readTree(selection.selectionSet)] as const];
      return selection.kind === Kind.INLINE_FRAGMENT ? [...readTree(selection.selectionSet)] : [];
    }),
  );
}

/** All of it where no declared key fits. */
function findKey(representation: JsonObject, keys: readonly FieldTree[]): JsonObject {
  for (const key of keys) {
    const fields = pick(representation, key);
    if (fields) return fields;
  }
  return representation;
}

function pick(object: JsonObject, tree: FieldTree): JsonObject | undefined {
  const picked: JsonObject = {};
  for (const [name, below] of tree) {
    if (!Object.hasOwn(object, name)) return undefined;
    const value = object[name]!;
    picked[name] = below ? pickBelow(value, below) : value;
  }
  return picked;
}

function pickBelow(value: JsonValue, tree: FieldTree): JsonValue {
  if (Array.isArray(value)) return value.map((item) => pickBelow(item, tree));
  return isJsonObject(value) ? (pick(value, tree) ?? value) : value;
}

const trees = new Map<string, FieldTree>();

/** The values that a field with `@requires` is computed from. */
export function readInputs(requires: readonly string[], representation: JsonObject | undefined): string[] {
  return requires.map((text) => {
    let tree = trees.get(text);
    if (!tree) {
      tree = readFieldSet(text);
      if (trees.size >= treesMax) trees.clear();
      trees.set(text, tree);
    }
    const found = representation && pick(representation, tree);
    return writeSorted(found ?? representation ?? null);
  });
}

const treesMax = 4_096;
