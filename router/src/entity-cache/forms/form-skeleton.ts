import { type ArgumentNode, type FragmentDefinitionNode, Kind, print, type SelectionSetNode } from "graphql";
import { holds, readCondition } from "../../execute/condition.ts";
import type { JsonObject } from "../../json.ts";
import type { SupergraphTypes } from "../../supergraph/supergraph-types.ts";
import type { CacheFacts } from "../cache-facts.ts";
import { Form, type FormField } from "./form.ts";
import type { FormRegistry } from "./form-registry.ts";
import { writeArguments } from "./write-values.ts";

/** A form but for the values of variables in arguments. */
export interface Skeleton {
  readonly fields: readonly SkeletonField[];
  readonly isProtected: boolean;
  /** Where no variable is in it. */
  readonly form: Form | undefined;
}

interface SkeletonField extends Omit<FormField, "canonical" | "below"> {
  /** Undefined where a variable is in its arguments. */
  readonly canonical: string | undefined;
  readonly arguments: readonly ArgumentNode[] | undefined;
  readonly hash: string;
  readonly below: Skeleton | undefined;
}

export interface SkeletonReading {
  facts: CacheFacts;
  types: SupergraphTypes;
  forms: FormRegistry;
  subgraph: string;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** How `@skip` and `@include` stand. */
  conditions: JsonObject;
  /** The type of the objects at the top, where it is known: type conditions are decided there. */
  topType: string | undefined;
}

export interface SelectionSource {
  selections: SelectionSetNode;
  types: ReadonlySet<string> | undefined;
  /** The type that declares the fields here. */
  parent: string;
}

export function readSkeleton(sources: readonly SelectionSource[], reading: SkeletonReading): Skeleton {
  const gathered = new Map<string, Gathered>();
  for (const source of sources) gather(source, reading, gathered);
  let isProtected = false;
  const fields = [...gathered.values()].map((field): SkeletonField => {
    const { sources: selected, type, isProtected: isOwn, ...rest } = field;
    const below = selected.map((selections) => ({ selections, types: undefined, parent: type }));
    const skeleton = below.length === 0 ? undefined : readSkeleton(below, { ...reading, topType: undefined });
    isProtected ||= isOwn || skeleton?.isProtected === true;
    return { ...rest, below: skeleton };
  });
  fields.sort((one, other) => (order(one) < order(other) ? -1 : 1));
  const isStatic = fields.every(
    ({ canonical, below }) => canonical !== undefined && (below === undefined || below.form !== undefined),
  );
  const open: Skeleton = { fields, isProtected, form: undefined };
  return isStatic ? { ...open, form: fillSkeleton(open, {}, reading.forms) } : open;
}

/** The form for these values. Only what a variable is in is made anew. */
export function fillSkeleton(skeleton: Skeleton, variables: JsonObject, forms: FormRegistry): Form {
  if (skeleton.form) return skeleton.form;
  let text = "{";
  const fields = skeleton.fields.map((field, index): FormField => {
    const { key, name, types, requires, hash } = field;
    const canonical =
      field.canonical ?? writeCanonical(name, writeArguments(field.arguments, variables), hash);
    const below = field.below && fillSkeleton(field.below, variables, forms);
    const condition = types ? `@${[...types].join("|")}` : "";
    text += `${index === 0 ? "" : " "}${key === name ? "" : `${key}:`}${canonical}${condition}${below?.text ?? ""}`;
    return { key, name, canonical, types, requires, below };
  });
  text += "}";
  return forms.known(text) ?? forms.intern(new Form(text, fields, skeleton.isProtected));
}

function writeCanonical(name: string, given: string, hash: string): string {
  return hash === "" ? name + given : `${name}${given}#${hash}`;
}

interface Gathered extends Omit<SkeletonField, "below"> {
  type: string;
  isProtected: boolean;
  sources: SelectionSetNode[];
}

function order({ key, types }: SkeletonField): string {
  return types ? `${key} ${[...types].join()}` : key;
}

function gather(source: SelectionSource, reading: SkeletonReading, gathered: Map<string, Gathered>): void {
  const { facts, subgraph, conditions, fragments } = reading;
  for (const selection of source.selections.selections) {
    if (!holds(readCondition(selection.directives), conditions)) continue;
    if (selection.kind !== Kind.FIELD) {
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      const below = fragment && narrow(source, fragment.typeCondition?.name.value, reading);
      if (fragment && below) gather({ ...below, selections: fragment.selectionSet }, reading, gathered);
      continue;
    }
    const name = selection.name.value;
    const key = (selection.alias ?? selection.name).value;
    const written = (selection.arguments ?? []).map(print).join();
    const place = `${key} ${name}(${written}) ${source.types ? [...source.types].join() : ""}`;
    const known = gathered.get(place);
    const sources = selection.selectionSet ? [selection.selectionSet] : [];
    if (known) {
      known.sources.push(...sources);
      continue;
    }
    const { type, hash, requires, isProtected } = facts.field(subgraph, source.parent, name);
    const canonical = written.includes("$")
      ? undefined
      : writeCanonical(name, writeArguments(selection.arguments, {}), hash);
    const own = { key, name, canonical, arguments: selection.arguments, hash };
    gathered.set(place, { ...own, types: source.types, requires, type, isProtected, sources });
  }
}

/** Undefined where no object here is of that type. */
function narrow(
  source: SelectionSource,
  condition: string | undefined,
  { types, topType }: SkeletonReading,
): Omit<SelectionSource, "selections"> | undefined {
  if (condition === undefined) return source;
  const possible = types.possibleTypeNames(condition);
  if (topType !== undefined) return possible.has(topType) ? { types: undefined, parent: topType } : undefined;
  if (condition === source.parent) return source;
  const both = [...possible].filter((name) => source.types?.has(name) ?? true).sort();
  return { types: new Set(both), parent: condition };
}
