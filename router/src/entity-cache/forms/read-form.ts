import {
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
  visit,
} from "graphql";
import type { JsonObject } from "../../json.ts";
import type { SupergraphTypes } from "../../supergraph/supergraph-types.ts";
import type { CacheFacts } from "../cache-facts.ts";
import type { Form } from "./form.ts";
import type { FormRegistry } from "./form-registry.ts";
import { fillSkeleton, readSkeleton, type Skeleton } from "./form-skeleton.ts";
import { resolveValue } from "./write-values.ts";

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
    readonly surroundings: FormSurroundings,
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

  readSkeleton(selections: SelectionSetNode, typeName: string, conditions: JsonObject): Skeleton {
    const { subgraph, surroundings, fragments } = this;
    const reading = { ...surroundings, subgraph, fragments, conditions, topType: typeName };
    return readSkeleton([{ selections, types: undefined, parent: typeName }], reading);
  }

  field(key: string): FieldNode | undefined {
    return this.definition.selectionSet.selections.find(
      (each): each is FieldNode => each.kind === Kind.FIELD && (each.alias ?? each.name).value === key,
    );
  }

  /** Names of the variables that the selection uses, and of those that decide what is in it. */
  variablesIn(selections: SelectionSetNode): { all: string[]; conditions: string[] } {
    const all = new Set<string>();
    const conditions = new Set<string>();
    const visitSelections = (set: SelectionSetNode): void => {
      visit(set, {
        Variable: ({ name }) => void all.add(name.value),
        Directive: (node) => void visit(node, { Variable: ({ name }) => void conditions.add(name.value) }),
        FragmentSpread: ({ name }) => {
          const fragment = this.fragments.get(name.value);
          if (fragment) visitSelections(fragment.selectionSet);
        },
      });
    };
    visitSelections(selections);
    return { all: [...all], conditions: [...conditions] };
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
  private readonly conditionVariables: readonly string[];
  private readonly known = new Map<string, Form>();
  private readonly skeletons = new Map<string, Skeleton>();

  constructor(
    private readonly operation: SubgraphOperation,
    private readonly selections: SelectionSetNode,
    private readonly typeName: string,
  ) {
    const { all, conditions } = operation.variablesIn(selections);
    this.usedVariables = all;
    this.conditionVariables = conditions;
  }

  formFor(variables: JsonObject): Form {
    let key = "";
    for (const name of this.usedVariables) key += `${JSON.stringify(variables[name])};`;
    const known = this.known.get(key);
    if (known) return known;
    const values = this.operation.withDefaults(variables);
    const form = fillSkeleton(this.skeletonFor(values), values, this.operation.surroundings.forms);
    if (this.known.size >= formsMax) this.known.clear();
    this.known.set(key, form);
    return form;
  }

  private skeletonFor(values: JsonObject): Skeleton {
    const key = this.conditionVariables.map((name) => values[name] === true).join();
    let skeleton = this.skeletons.get(key);
    if (!skeleton) {
      skeleton = this.operation.readSkeleton(this.selections, this.typeName, values);
      if (this.skeletons.size >= formsMax) this.skeletons.clear();
      this.skeletons.set(key, skeleton);
    }
    return skeleton;
  }
}

/** Variables may differ with each request: what is made of them is cheap to make again. */
const formsMax = 64;
