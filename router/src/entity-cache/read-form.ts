import {
  type ArgumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
  type ValueNode,
  visit,
} from "graphql";
import { holds, readCondition } from "../execute/condition.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import type { SupergraphTypes } from "../supergraph/supergraph-types.ts";
import type { CacheFacts } from "./cache-facts.ts";
import { Form, type FormField } from "./form.ts";
import type { FormRegistry } from "./form-registry.ts";

export interface FormSurroundings {
  facts: CacheFacts;
  types: SupergraphTypes;
  forms: FormRegistry;
}

/** An operation for a subgraph, read once when its plan is compiled. */
export class SubgraphOperation {
  readonly definition: OperationDefinitionNode;
  private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;

  constructor(
    private readonly subgraph: string,
    text: string,
    private readonly surroundings: FormSurroundings,
  ) {
    const { definitions } = parse(text, { noLocation: true });
    const operation = definitions.find((each) => each.kind === Kind.OPERATION_DEFINITION);
    if (!operation) throw new Error(`the operation for ${subgraph} has no definition`);
    this.definition = operation;
    this.fragments = new Map(
      definitions.flatMap((each) =>
        each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each] as const] : [],
      ),
    );
  }

  /** The form of a selection for objects of one type. */
  formOf(selections: SelectionSetNode, typeName: string): FormReader {
    return new FormReader(this, selections, typeName);
  }

  read(selections: SelectionSetNode, typeName: string, variables: JsonObject): Form {
    const { subgraph, surroundings, fragments } = this;
    const values = this.withDefaults(variables);
    return readSelections([{ selections, types: undefined, parent: typeName }], {
      ...surroundings,
      subgraph,
      fragments,
      variables: values,
      topType: typeName,
    });
  }

  field(key: string): FieldNode | undefined {
    return this.definition.selectionSet.selections.find(
      (each): each is FieldNode => each.kind === Kind.FIELD && (each.alias ?? each.name).value === key,
    );
  }

  /** Names of the variables that the selection uses. */
  variablesIn(selections: SelectionSetNode): string[] {
    const found = new Set<string>();
    const visitSelections = (set: SelectionSetNode): void => {
      visit(set, {
        Variable: ({ name }) => void found.add(name.value),
        FragmentSpread: ({ name }) => {
          const fragment = this.fragments.get(name.value);
          if (fragment) visitSelections(fragment.selectionSet);
        },
      });
    };
    visitSelections(selections);
    return [...found];
  }

  /** Those of the operation itself, fragments included. */
  rootFields(selections = this.definition.selectionSet): FieldNode[] {
    return selections.selections.flatMap((selection) => {
      if (selection.kind === Kind.FIELD) return [selection];
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : this.fragments.get(selection.name.value);
      return fragment ? this.rootFields(fragment.selectionSet) : [];
    });
  }

  withDefaults(variables: JsonObject): JsonObject {
    const defaults = (this.definition.variableDefinitions ?? []).flatMap(({ variable, defaultValue }) => {
      const name = variable.name.value;
      if (!defaultValue || variables[name] !== undefined) return [];
      return [[name, resolveValue(defaultValue, {}) ?? null] as const];
    });
    return defaults.length === 0 ? variables : { ...variables, ...Object.fromEntries(defaults) };
  }
}

/** One form, or one for each set of values of the variables that the selection uses. */
export class FormReader {
  private readonly usedVariables: readonly string[];
  private readonly known = new Map<string, Form>();

  constructor(
    private readonly operation: SubgraphOperation,
    private readonly selections: SelectionSetNode,
    private readonly typeName: string,
  ) {
    this.usedVariables = operation.variablesIn(selections);
  }

  formFor(variables: JsonObject): Form {
    let key = "";
    for (const name of this.usedVariables) key += `${JSON.stringify(variables[name])};`;
    const known = this.known.get(key);
    if (known) return known;
    const form = this.operation.read(this.selections, this.typeName, variables);
    if (this.known.size >= formsMax) this.known.clear();
    this.known.set(key, form);
    return form;
  }
}

/** Variables may differ with each request; forms are cheap to read again. */
const formsMax = 64;

interface Reading extends FormSurroundings {
  subgraph: string;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  variables: JsonObject;
  /** The type of the objects at the top, where it is known: type conditions are decided there. */
  topType: string | undefined;
}

interface Source {
  selections: SelectionSetNode;
  types: ReadonlySet<string> | undefined;
  /** The type that declares the fields here. */
  parent: string;
}

interface Gathered extends Omit<FormField, "below" | "canonical"> {
  canonical: string;
  type: string;
  sources: SelectionSetNode[];
}

function readSelections(sources: readonly Source[], reading: Reading): Form {
  const gathered = new Map<string, Gathered>();
  for (const source of sources) gather(source, reading, gathered);
  let isProtected = false;
  const fields = [...gathered.values()].map(({ sources: below, type, ...field }): FormField => {
    const form =
      below.length === 0
        ? undefined
        : readSelections(
            below.map((selections) => ({ selections, types: undefined, parent: type })),
            { ...reading, topType: undefined },
          );
    isProtected ||= form?.isProtected === true;
    return { ...field, below: form };
  });
  isProtected ||= sources.some(({ selections, parent }) => hasProtected(selections, parent, reading));
  fields.sort((one, other) => (order(one) < order(other) ? -1 : 1));
  return reading.forms.intern(new Form(writeForm(fields), fields, isProtected));
}

function order({ key, types }: FormField): string {
  return types ? `${key} ${[...types].join()}` : key;
}

function writeForm(fields: readonly FormField[]): string {
  const parts = fields.map(({ key, name, canonical, types, below }) => {
    const alias = key === name ? "" : `${key}:`;
    const condition = types ? `@${[...types].join("|")}` : "";
    return `${alias}${canonical}${condition}${below?.text ?? ""}`;
  });
  return `{${parts.join(" ")}}`;
}

function gather(source: Source, reading: Reading, gathered: Map<string, Gathered>): void {
  const { facts, subgraph, variables, fragments } = reading;
  for (const selection of source.selections.selections) {
    if (!holds(readCondition(selection.directives), variables)) continue;
    if (selection.kind !== Kind.FIELD) {
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      const below = fragment && narrow(source, fragment.typeCondition?.name.value, reading);
      if (fragment && below) gather({ ...below, selections: fragment.selectionSet }, reading, gathered);
      continue;
    }
    const name = selection.name.value;
    const key = (selection.alias ?? selection.name).value;
    const { type, hash, requires } = facts.field(subgraph, source.parent, name);
    const canonical = `${name}${writeArguments(selection.arguments, variables)}${hash === "" ? "" : `#${hash}`}`;
    const place = `${key} ${canonical} ${source.types ? [...source.types].join() : ""}`;
    const known = gathered.get(place);
    if (known) known.sources.push(...(selection.selectionSet ? [selection.selectionSet] : []));
    else {
      const sources = selection.selectionSet ? [selection.selectionSet] : [];
      gathered.set(place, { key, name, canonical, types: source.types, requires, type, sources });
    }
  }
}

/** Undefined where no object here is of that type. */
function narrow(
  source: Source,
  condition: string | undefined,
  { types, topType }: Reading,
): Omit<Source, "selections"> | undefined {
  if (condition === undefined) return source;
  const possible = types.possibleTypeNames(condition);
  if (topType !== undefined) return possible.has(topType) ? { types: undefined, parent: topType } : undefined;
  if (condition === source.parent) return source;
  const both = [...possible].filter((name) => source.types?.has(name) ?? true).sort();
  return { types: new Set(both), parent: condition };
}

function hasProtected(selections: SelectionSetNode, parent: string, reading: Reading): boolean {
  return selections.selections.some((selection) => {
    if (selection.kind === Kind.FIELD)
      return reading.facts.field(reading.subgraph, parent, selection.name.value).isProtected;
    const fragment =
      selection.kind === Kind.INLINE_FRAGMENT ? selection : reading.fragments.get(selection.name.value);
    const below = fragment?.typeCondition?.name.value ?? parent;
    return fragment !== undefined && hasProtected(fragment.selectionSet, reading.topType ?? below, reading);
  });
}

/** In the order of their names; one that is left out, or a variable without a value, is not there. */
export function writeArguments(nodes: readonly ArgumentNode[] | undefined, variables: JsonObject): string {
  if (!nodes || nodes.length === 0) return "";
  const parts = nodes.flatMap(({ name, value }) => {
    const resolved = resolveValue(value, variables);
    return resolved === undefined ? [] : [`${name.value}:${writeSorted(resolved)}`];
  });
  return parts.length === 0 ? "" : `(${parts.sort().join(",")})`;
}

export function resolveValue(node: ValueNode, variables: JsonObject): JsonValue | undefined {
  switch (node.kind) {
    case Kind.VARIABLE:
      return variables[node.name.value];
    case Kind.INT:
    case Kind.FLOAT:
      // Two large numbers must not become one.
      return String(Number(node.value)) === node.value ? Number(node.value) : `#${node.value}`;
    case Kind.NULL:
      return null;
    case Kind.LIST:
      return node.values.map((item) => resolveValue(item, variables) ?? null);
    case Kind.OBJECT:
      return Object.fromEntries(
        node.fields.flatMap(({ name, value }) => {
          const resolved = resolveValue(value, variables);
          return resolved === undefined ? [] : [[name.value, resolved]];
        }),
      );
    default:
      return node.value;
  }
}

/** JSON that is the same for objects whose keys stand in another order. */
export function writeSorted(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(writeSorted).join(",")}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const parts = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${writeSorted(value[key]!)}`);
  return `{${parts.join(",")}}`;
}
