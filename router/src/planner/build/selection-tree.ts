import type { LocalField } from "../graph/schema-view.ts";
import {
  type BooleanCondition,
  conditionsKey,
  type SelectedField,
  type SelectionNode,
} from "../normalize/selection.ts";
import type { Arrival } from "../search/arrival.ts";

/** A subgraph operation's selection set while it grows. */
export class SelectionTree {
  /** The type as the subgraph knows it. */
  readonly type: string;
  readonly fields = new Map<string, TreeField>();
  readonly fragments = new Map<string, SelectionTree>();
  /** Selections that the subgraph answers as they stand; kept whole so that they need not be copied. */
  readonly wholes: WholeSelection[] = [];

  constructor(type: string) {
    this.type = type;
  }

  get isEmpty(): boolean {
    return this.fields.size === 0 && this.fragments.size === 0 && this.wholes.length === 0;
  }

  on(type: string): SelectionTree {
    if (type === this.type) return this;
    let fragment = this.fragments.get(type);
    if (fragment === undefined) {
      fragment = new SelectionTree(type);
      this.fragments.set(type, fragment);
    }
    return fragment;
  }

  addWhole(selection: SelectionNode, arrival: Arrival): void {
    const known = this.wholes.some(
      (whole) => whole.selection === selection && whole.arrival.key === arrival.key,
    );
    if (!known) this.wholes.push({ selection, arrival });
  }

  addField(
    field: SelectedField,
    outputKey: string,
    local: LocalField | undefined,
    conditions = field.conditions,
  ): TreeField {
    const key = `${outputKey}${conditionsKey(conditions)}`;
    let known = this.fields.get(key);
    if (known === undefined) {
      const { name, argumentsText, directivesText, variables } = field;
      const typeText = local?.typeText ?? "String!";
      const namedType = local?.namedType ?? "String";
      known = {
        outputKey,
        name,
        argumentsText,
        directivesText,
        variables,
        conditions,
        typeText,
        namedType,
        child: undefined,
      };
      this.fields.set(key, known);
    }
    return known;
  }

  addTypename(): void {
    if (this.fields.has("__typename")) return;
    const plain = { argumentsText: "", directivesText: "", variables: [], conditions: [], child: undefined };
    const typename = {
      ...plain,
      outputKey: "__typename",
      name: "__typename",
      typeText: "String!",
      namedType: "String",
    };
    this.fields.set("__typename", typename);
  }
}

export interface TreeField {
  /** Its response key in the subgraph's answer. */
  outputKey: string;
  name: string;
  argumentsText: string;
  directivesText: string;
  variables: readonly string[];
  conditions: readonly BooleanCondition[];
  typeText: string;
  namedType: string;
  child: SelectionTree | undefined;
}

export interface WholeSelection {
  selection: SelectionNode;
  arrival: Arrival;
}
