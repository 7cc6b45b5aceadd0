import type { SelectionNode, SelectionSetNode } from "graphql";
import type { Operation } from "../operation/operation.ts";
import type { Guards } from "./read-guards.ts";
import type { Rule } from "./rule.ts";

/** All that an operation asks of a caller who wants to see the whole answer. */
export interface Demands {
  authenticated: boolean;
  scopes: readonly string[];
  policies: readonly string[];
}

/** Undefined where the operation touches nothing that is guarded. */
export function collectDemands(
  guards: Guards,
  { definition, fragments, rootTypeName }: Pick<Operation, "definition" | "fragments" | "rootTypeName">,
): Demands | undefined {
  const rules = new Set<Rule>();
  const visited = new Set<string>();

  function addType(typeName: string): void {
    for (const rule of guards.typeRules(typeName)) rules.add(rule);
  }

  function addField(typeName: string, fieldName: string): void {
    for (const rule of guards.fieldRules(typeName, fieldName)) rules.add(rule);
  }

  function addSet(typeName: string, set: SelectionSetNode): void {
    for (const selection of set.selections) add(typeName, selection);
  }

  function add(typeName: string, selection: SelectionNode): void {
    if (selection.kind === "Field") {
      const fieldName = selection.name.value;
      addField(typeName, fieldName);
      for (const implementer of guards.implementers(typeName)) addField(implementer, fieldName);
      const below = guards.field(typeName, fieldName)?.typeName;
      if (!selection.selectionSet || below === undefined) return;
      for (const implementer of guards.implementers(below)) addType(implementer);
      addSet(below, selection.selectionSet);
      return;
    }
    if (selection.kind === "FragmentSpread") {
      const fragment = fragments.get(selection.name.value);
      if (!fragment || visited.has(fragment.name.value)) return;
      visited.add(fragment.name.value);
      addType(fragment.typeCondition.name.value);
      addSet(fragment.typeCondition.name.value, fragment.selectionSet);
      return;
    }
    const condition = selection.typeCondition?.name.value ?? typeName;
    addType(condition);
    addSet(condition, selection.selectionSet);
  }

  addType(rootTypeName);
  addSet(rootTypeName, definition.selectionSet);
  return rules.size === 0 ? undefined : sum([...rules]);
}

function sum(rules: readonly Rule[]): Demands {
  return {
    authenticated: rules.some(({ authenticated }) => authenticated),
    scopes: [...new Set(rules.flatMap(({ scopes }) => scopes.flat()))].toSorted(),
    policies: [...new Set(rules.flatMap(({ policies }) => policies.flat()))].toSorted(),
  };
}
