import { type FieldNode, type FragmentDefinitionNode, Kind, parse, type SelectionSetNode } from "graphql";
import type { JsonObject } from "../json.ts";
import type { FetchRewrite } from "../planner/plan.ts";
import { cloneJson, mergeCopy, mergeObject } from "./merge.ts";
import { quote, WrittenFunction } from "./written-function.ts";

/** Adds an entity to an object that it belongs to. What is nested is given away to the first object, copied for others. */
export type Merge = (target: JsonObject, entity: JsonObject, isFirst: boolean) => void;

export interface MergedLookup {
  alias: string;
  /** They may rename keys. */
  outputRewrites: readonly FetchRewrite[];
}

/** An entity of leaves only is assigned key by key, with the keys that its fetch asks for. */
export function compileEntityMerge(operation: string, { alias, outputRewrites }: MergedLookup): Merge {
  const keys = outputRewrites.length === 0 ? readLeafKeys(operation, alias) : undefined;
  return keys ? writeAssignment(keys) : mergeAny;
}

/** Right for every entity. */
export function mergeAny(target: JsonObject, entity: JsonObject, isFirst: boolean): void {
  if (isFirst) mergeObject(target, entity);
  else mergeCopy(target, entity);
}

function writeAssignment(keys: readonly string[]): Merge {
  const written = new WrittenFunction();
  const clone = written.add(cloneJson);
  const lines = keys.map((key) => {
    const name = quote(key);
    const own = `isFirst || typeof v !== "object" ? v : ${clone}(v)`;
    return `v = e[${name}]; if (v !== undefined && (v !== null || !(${name} in t))) t[${name}] = ${own};`;
  });
  return written.build<Merge>("t, e, isFirst", `let v;\n${lines.join("\n")}`);
}

/** Undefined where something nested is asked for. */
function readLeafKeys(operation: string, alias: string): string[] | undefined {
  const { definitions } = parse(operation, { noLocation: true });
  const fragments = new Map(
    definitions
      .filter((each): each is FragmentDefinitionNode => each.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment.selectionSet]),
  );
  const root = definitions.find((each) => each.kind === Kind.OPERATION_DEFINITION)?.selectionSet;
  const lookup = root?.selections.find(
    (each): each is FieldNode => each.kind === Kind.FIELD && (each.alias ?? each.name).value === alias,
  );
  const fields = lookup?.selectionSet && leafFields(lookup.selectionSet, fragments);
  if (!fields || fields.some((field) => field.selectionSet)) return undefined;
  const keys = [...new Set(fields.map((field) => (field.alias ?? field.name).value))];
  return keys.some((key) => key in Object.prototype) ? undefined : keys;
}

function leafFields(set: SelectionSetNode, fragments: ReadonlyMap<string, SelectionSetNode>): FieldNode[] {
  return set.selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection];
    const below =
      selection.kind === Kind.INLINE_FRAGMENT ? selection.selectionSet : fragments.get(selection.name.value);
    return below ? leafFields(below, fragments) : [];
  });
}
