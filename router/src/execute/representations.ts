import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import type { FetchRewrite, RequiresSelection } from "../planner/plan.ts";
import type { SupergraphTypes } from "../supergraph/supergraph-types.ts";
import { applyRewrites } from "./rewrite.ts";

/** The representations of one entity fetch: equal ones are sent once, and each object knows which is its own. */
export interface Representations {
  /** JSON, ready to be joined into the request. */
  texts: string[];
  /** For each object the index of its representation, or -1 where it has none. */
  indexes: number[];
}

export type BuildRepresentations = (objects: readonly JsonObject[]) => Representations;

export interface RepresentationRules {
  requires: readonly RequiresSelection[];
  inputRewrites: readonly FetchRewrite[];
  types: SupergraphTypes;
}

export function compileRepresentations(rules: RepresentationRules): BuildRepresentations {
  const builders = new Map<string, Builder>();
  const builderFor = (typeName: string): Builder => {
    let builder = builders.get(typeName);
    if (!builder) {
      builder = compileBuilder(typeName, rules);
      builders.set(typeName, builder);
    }
    return builder;
  };

  return function buildRepresentations(objects) {
    const texts: string[] = [];
    const indexes: number[] = new Array(objects.length);
    const knownByBuilder = new Map<Builder, Map<string | number, number>>();
    let builder: Builder | undefined;
    let builderTypeName: JsonValue | undefined;
    let known = new Map<string | number, number>();
    for (let at = 0; at < objects.length; at++) {
      const object = objects[at]!;
      const typeName = object.__typename;
      if (builder === undefined || typeName !== builderTypeName) {
        builder = builderFor(typeof typeName === "string" ? typeName : "");
        builderTypeName = typeName;
        known = knownByBuilder.get(builder) ?? new Map();
        knownByBuilder.set(builder, known);
      }
      const key = builder.identify(object);
      if (key === undefined) {
        indexes[at] = -1;
        continue;
      }
      let index = known.get(key);
      if (index === undefined) {
        index = texts.length;
        known.set(key, index);
        texts.push(builder.build(object, key));
      }
      indexes[at] = index;
    }
    return { texts, indexes };
  };
}

/** For objects of one type. `identify` is equal exactly where the representation is; undefined where there is none. */
interface Builder {
  identify(object: JsonObject): string | number | undefined;
  build(object: JsonObject, key: string | number): string;
}

function compileBuilder(typeName: string, rules: RepresentationRules): Builder {
  const fields = flatFields(typeName, rules);
  if (fields.length === 0) return { identify: () => undefined, build: () => "" };
  const single = singleKey(typeName, fields, rules);
  return single ?? compileNestedBuilder(typeName, rules);
}

type FieldSelection = Extract<RequiresSelection, { kind: "Field" }>;

function flatFields(typeName: string, rules: RepresentationRules): FieldSelection[] {
  return rules.requires.flatMap((selection) => {
    if (selection.kind === "Field") return [selection];
    if (!rules.types.possibleTypeNames(selection.typeCondition).has(typeName)) return [];
    return flatFields(typeName, { ...rules, requires: selection.selections });
  });
}

/** The common case: `__typename` and one scalar key. The key's own value identifies, nothing is built to compare. */
function singleKey(
  typeName: string,
  fields: FieldSelection[],
  rules: RepresentationRules,
): Builder | undefined {
  const names = [...new Set(fields.map(({ name }) => name))].filter((name) => name !== "__typename");
  const name = names[0];
  if (name === undefined || names.length > 1 || fields.some((field) => field.selections || field.alias))
    return;
  if (
    !fields.some((field) => field.name === "__typename") ||
    rules.types.field(typeName, name)?.nullable !== false
  )
    return;
  const sample: JsonObject = { __typename: typeName, [name]: "" };
  applyRewrites(sample, rules.inputRewrites);
  if (sample[name] !== "") return;
  const prefix = `{"__typename":${JSON.stringify(sample.__typename)},${JSON.stringify(name)}:`;
  return {
    identify(object) {
      const value = object[name];
      return typeof value === "string" || typeof value === "number" ? value : undefined;
    },
    build: (_object, key) => `${prefix}${JSON.stringify(key)}}`,
  };
}

function compileNestedBuilder(typeName: string, rules: RepresentationRules): Builder {
  return {
    identify(object) {
      const representation = selectRequired(object, rules.requires, typeName, rules.types);
      if (!representation || Object.keys(representation).length === 0) return undefined;
      applyRewrites(representation, rules.inputRewrites);
      return JSON.stringify(representation);
    },
    build: (_object, key) => String(key),
  };
}

/** Undefined where a required field that may not be null is missing: then the entity cannot be asked for. */
function selectRequired(
  object: JsonObject,
  selections: readonly RequiresSelection[],
  typeName: string,
  types: SupergraphTypes,
): JsonObject | undefined {
  const selected: JsonObject = {};
  for (const selection of selections) {
    if (selection.kind === "InlineFragment") {
      if (!types.possibleTypeNames(selection.typeCondition).has(typeName)) continue;
      const nested = selectRequired(object, selection.selections, typeName, types);
      if (!nested) return undefined;
      mergeSelected(selected, nested);
      continue;
    }
    const key = selection.alias ?? selection.name;
    const value = object[key] ?? (selection.name === "__typename" && typeName ? typeName : object[key]);
    const facts = types.field(typeName, selection.name);
    if (value === undefined) {
      if (!facts?.nullable) return undefined;
      selected[key] = null;
    } else if (selection.selections) {
      const chosen = selectNested(value, selection.selections, facts?.typeName ?? "", types);
      if (chosen === undefined) return undefined;
      selected[key] = chosen;
    } else {
      selected[key] = value;
    }
  }
  return selected;
}

function selectNested(
  value: JsonValue,
  selections: readonly RequiresSelection[],
  declaredTypeName: string,
  types: SupergraphTypes,
): JsonValue | undefined {
  if (Array.isArray(value)) {
    return value.map((item) => selectNested(item, selections, declaredTypeName, types) ?? null);
  }
  if (!isJsonObject(value)) return value;
  const typeName = value.__typename;
  return selectRequired(value, selections, typeof typeName === "string" ? typeName : declaredTypeName, types);
}

function mergeSelected(target: JsonObject, source: JsonObject): void {
  for (const key in source) {
    const present = target[key];
    const incoming = source[key]!;
    if (isJsonObject(present) && isJsonObject(incoming)) mergeSelected(present, incoming);
    else target[key] = incoming;
  }
}
