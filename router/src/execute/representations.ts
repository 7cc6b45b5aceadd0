import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import type { FetchRewrite, RequiresSelection } from "../planner/plan.ts";
import type { SupergraphTypes } from "../supergraph/supergraph-types.ts";
import { applyRewrites } from "./rewrite.ts";
import { quote, WrittenFunction } from "./written-function.ts";

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

/** With a written function where one can serve. It costs more than it saves where a plan runs only once. */
export function compileRepresentations(rules: RepresentationRules): BuildRepresentations {
  const buildOfOneType = compileForOneType(rules);
  const buildOfAnyType = compileForAnyType(rules);
  return (objects) => buildOfOneType?.(objects) ?? buildOfAnyType(objects);
}

export function compileForAnyType(rules: RepresentationRules): BuildRepresentations {
  const builders = new Map<string, Builder>();
  const onlyTypeName = findOnlyTypeName(rules.requires);
  const builderFor = (typeName: string): Builder => {
    const known = builders.get(typeName);
    if (known) return known;
    // A subgraph may answer any name: only those of the supergraph are kept.
    if (typeName !== "" && rules.types.possibleTypeNames(typeName).size === 0) return builderFor("");
    const builder = compileBuilder(typeName, rules);
    builders.set(typeName, builder);
    return builder;
  };

  return function buildRepresentations(objects) {
    const texts: string[] = [];
    const indexes: number[] = new Array(objects.length);
    const knownByBuilder = new Map<Builder, Map<string, number>>();
    let builder: Builder | undefined;
    let builderTypeName: JsonValue | undefined;
    let known = new Map<string, number>();
    for (let at = 0; at < objects.length; at++) {
      const object = objects[at]!;
      const typeName = object.__typename;
      if (builder === undefined || typeName !== builderTypeName) {
        builder = builderFor(typeof typeName === "string" ? typeName : onlyTypeName);
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

/** Where only objects of one type can stand, a plan does not ask for their `__typename`. */
function findOnlyTypeName(requires: readonly RequiresSelection[]): string {
  const [only, ...others] = requires;
  return only?.kind === "InlineFragment" && others.length === 0 ? only.typeCondition : "";
}

/** For objects of one type. `identify` is equal exactly where the representation is; undefined where there is none. */
interface Builder {
  identify(object: JsonObject): string | undefined;
  build(object: JsonObject, identity: string): string;
}

function compileBuilder(typeName: string, rules: RepresentationRules): Builder {
  const fields = requiredFields(typeName, rules.requires, rules.types);
  if (fields.length === 0) return { identify: () => undefined, build: () => "" };
  const rewritten = rewriteTypeName(fields, typeName, rules.inputRewrites);
  if (!rewritten || rewritten.some(({ nested }) => nested))
    return compileNestedBuilder(fields, rules.inputRewrites);
  const keys = rewritten.filter(({ constant }) => constant === undefined);
  return flatBuilder(rewritten, keys);
}

/** A field of a representation, everything about it that does not depend on the object worked out. */
export interface RequiredField {
  name: string;
  /** Where the value stands in the data. */
  key: string;
  label: string;
  nullable: boolean;
  /** Set for `__typename`, which is the same for all objects of the type. */
  constant: JsonValue | undefined;
  nested: ((value: JsonObject) => JsonObject | undefined) | undefined;
}

function requiredFields(
  typeName: string,
  selections: readonly RequiresSelection[],
  types: SupergraphTypes,
): RequiredField[] {
  const merged = new Map<string, { key: string; selections: RequiresSelection[] | undefined }>();
  const gather = (each: readonly RequiresSelection[]): void => {
    for (const selection of each) {
      if (selection.kind === "InlineFragment") {
        if (types.possibleTypeNames(selection.typeCondition).has(typeName)) gather(selection.selections);
        continue;
      }
      const { name, alias, selections: below } = selection;
      const known = merged.get(name);
      if (known) known.selections?.push(...(below ?? []));
      else merged.set(name, { key: alias ?? name, selections: below && [...below] });
    }
  };
  gather(selections);
  return [...merged].map(([name, { key, selections: below }]) => {
    const facts = types.field(typeName, name);
    return {
      name,
      key,
      label: `${JSON.stringify(name)}:`,
      nullable: facts?.nullable ?? false,
      constant: name === "__typename" && typeName !== "" ? typeName : undefined,
      nested: below && compileNested(facts?.typeName ?? "", below, types),
    };
  });
}

function compileNested(
  declaredTypeName: string,
  selections: readonly RequiresSelection[],
  types: SupergraphTypes,
) {
  const fieldsByType = new Map<string, readonly RequiredField[]>();
  // Where type conditions decide, the subgraph needs the type's name to follow them.
  const isAbstract = selections.some(({ kind }) => kind === "InlineFragment");
  return function selectNested(object: JsonObject): JsonObject | undefined {
    const claimed = object.__typename;
    const typeName = typeof claimed === "string" ? claimed : declaredTypeName;
    let fields = fieldsByType.get(typeName);
    if (!fields) {
      fields = requiredFields(typeName, selections, types);
      fieldsByType.set(typeName, fields);
    }
    const selected = selectFields(object, fields);
    if (selected && isAbstract && typeof claimed === "string") selected.__typename = claimed;
    return selected;
  };
}

/** Undefined where a required field that may not be null is missing: then the entity cannot be asked for. */
function selectFields(object: JsonObject, fields: readonly RequiredField[]): JsonObject | undefined {
  const selected: JsonObject = {};
  for (const { name, key, nullable, constant, nested } of fields) {
    const value = constant ?? readValue(object, key);
    if (value === undefined) {
      if (!nullable) return undefined;
      selected[name] = null;
    } else {
      const chosen = nested ? selectBelow(value, nested) : value;
      if (chosen === undefined) return undefined;
      selected[name] = chosen;
    }
  }
  return selected;
}

function selectBelow(
  value: JsonValue,
  nested: (value: JsonObject) => JsonObject | undefined,
): JsonValue | undefined {
  if (Array.isArray(value)) return value.map((item) => selectBelow(item, nested) ?? null);
  return isJsonObject(value) ? nested(value) : value;
}

/** Undefined where the rewrites reach further than the type's own name. */
function rewriteTypeName(
  fields: readonly RequiredField[],
  typeName: string,
  rewrites: readonly FetchRewrite[],
): RequiredField[] | undefined {
  const isPlain = rewrites.every(({ kind, path }) => {
    const last = path.at(-1);
    const isTypeName = last?.kind === "key" && last.name === "__typename";
    return kind === "setValue" && isTypeName && path.slice(0, -1).every((segment) => segment.kind === "type");
  });
  if (!isPlain) return undefined;
  const sample: JsonObject = { __typename: typeName };
  applyRewrites(sample, rewrites);
  return fields.map((field) =>
    field.constant === typeName ? { ...field, constant: sample.__typename } : field,
  );
}

function flatBuilder(fields: readonly RequiredField[], keys: readonly RequiredField[]): Builder {
  const write = compileWrite(fields);
  return {
    identify(object) {
      let identity = "";
      for (const { key, nullable } of keys) {
        const value = readValue(object, key);
        // Lengths keep two values from passing for one another's parts.
        if (typeof value === "string") identity += `${value.length}:${value}`;
        else if (typeof value === "number") identity += `#${value};`;
        else if (value === undefined && !nullable) return undefined;
        else identity += `?${JSON.stringify(value ?? null)};`;
      }
      return identity;
    },
    build: write,
  };
}

function compileWrite(fields: readonly RequiredField[]): (object: JsonObject) => string {
  const parts = fields.map(({ key, label, constant }, index) => {
    const start = `${index === 0 ? "" : ","}${label}`;
    return constant === undefined
      ? { start, key }
      : { start: start + JSON.stringify(constant), key: undefined };
  });
  return function write(object) {
    let text = "{";
    for (const { start, key } of parts) {
      text += key === undefined ? start : start + JSON.stringify(readValue(object, key) ?? null);
    }
    return `${text}}`;
  };
}

function compileNestedBuilder(fields: readonly RequiredField[], rewrites: readonly FetchRewrite[]): Builder {
  return {
    identify(object) {
      const representation = selectFields(object, fields);
      if (!representation) return undefined;
      applyRewrites(representation, rewrites);
      return JSON.stringify(representation);
    },
    build: (_object, identity) => identity,
  };
}

/** A field may be called `toString`: every object inherits a function of that name, and JSON has none. */
function readValue(object: JsonObject, key: string): JsonValue | undefined {
  const value: unknown = object[key];
  // The cast holds: the objects come from JSON.
  return typeof value === "function" ? undefined : (value as JsonValue | undefined);
}

/**
 * Most entity fetches are for objects of one type with keys that are plain values. For those a function is written:
 * an object whose first key was seen before is compared with the one that had it, and nothing is built for it.
 * Undefined, when called, for objects of another type.
 */
function compileForOneType(
  rules: RepresentationRules,
): ((objects: readonly JsonObject[]) => Representations | undefined) | undefined {
  const flat = readFlatRequirements(rules);
  if (!flat) return undefined;
  const { typeName, fields, keys } = flat;
  const written = new WrittenFunction();
  const write = written.add(compileWrite(fields));
  const reads = keys.map(({ key }, index) => `const k${index} = o[${quote(key)}];`);
  const lacks = keys.flatMap(({ nullable }, index) => (nullable ? [] : [`k${index} === undefined`]));
  const same = keys.slice(1).map(({ key }, index) => `s[${quote(key)}] === k${index + 1}`);
  return written.build(
    "objects",
    `const texts = [], indexes = new Array(objects.length), first = new Map(), known = new Map();
for (let at = 0; at < objects.length; at++) {
const o = objects[at], t = o.__typename;
if (t !== undefined && t !== ${quote(typeName)}) return undefined;
${reads.join("\n")}
${lacks.length > 0 ? `if (${lacks.join(" || ")}) { indexes[at] = -1; continue; }` : ""}
const seen = first.get(k0);
if (seen === undefined) first.set(k0, at);
else {
const s = objects[seen];
if (${["true", ...same].join(" && ")}) { indexes[at] = indexes[seen]; continue; }
}
const text = ${write}(o);
let index = known.get(text);
if (index === undefined) { index = texts.length; texts.push(text); known.set(text, index); }
indexes[at] = index;
}
return { texts, indexes };`,
  );
}

export interface FlatRequirements {
  typeName: string;
  fields: readonly RequiredField[];
  /** Those that differ from object to object: one at least. */
  keys: readonly RequiredField[];
}

/** Undefined unless representations are of one type and hold nothing nested. */
export function readFlatRequirements(rules: RepresentationRules): FlatRequirements | undefined {
  const typeName = findOnlyTypeName(rules.requires);
  if (rules.types.possibleTypeNames(typeName).size !== 1) return undefined;
  const required = requiredFields(typeName, rules.requires, rules.types);
  const fields = rewriteTypeName(required, typeName, rules.inputRewrites);
  const keys = fields?.filter(({ constant }) => constant === undefined) ?? [];
  if (!fields || keys.length === 0 || fields.some(({ nested, key }) => nested || key in Object.prototype))
    return undefined;
  return { typeName, fields, keys };
}
