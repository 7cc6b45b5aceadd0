import { type FragmentDefinitionNode, Kind, type SelectionSetNode } from "graphql";
import type { BooleanCondition } from "./selection.ts";

/** Knows for each selection set of an operation which variables decide anything in it, at any depth. */
export class ConditionVariables {
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #known = new Map<SelectionSetNode, ReadonlySet<string>>();

  constructor(fragments: ReadonlyMap<string, FragmentDefinitionNode>) {
    this.#fragments = fragments;
  }

  /** Those of the conditions that matter inside the sets: sets in which none does stay equal wherever they stand. */
  among(
    conditions: readonly BooleanCondition[],
    sets: readonly SelectionSetNode[],
  ): readonly BooleanCondition[] {
    return conditions.filter(({ variable }) => sets.some((set) => this.#in(set).has(variable)));
  }

  #in(set: SelectionSetNode): ReadonlySet<string> {
    const known = this.#known.get(set);
    if (known !== undefined) return known;
    const variables = new Set<string>();
    // Before its end: a fragment that spreads itself is refused elsewhere.
    this.#known.set(set, variables);
    for (const selection of set.selections) {
      for (const { name, arguments: given } of selection.directives ?? []) {
        const value = given?.find((argument) => argument.name.value === "if")?.value;
        const decides = name.value === "skip" || name.value === "include";
        if (decides && value?.kind === Kind.VARIABLE) variables.add(value.name.value);
      }
      const below =
        selection.kind === Kind.FRAGMENT_SPREAD ? this.#fragments.get(selection.name.value) : selection;
      if (below?.selectionSet === undefined) continue;
      for (const variable of this.#in(below.selectionSet)) variables.add(variable);
    }
    return variables;
  }
}
