import type { BooleanCondition } from "../normalize/selection.ts";
import type { PlanNode } from "../plan.ts";
import { branchOn, sharedConditions, withoutConditions, wrapInConditions } from "./conditions.ts";

/** Several sets of conditions, one of which is to hold. One without conditions always does. */
export type AnyOf = readonly (readonly BooleanCondition[])[];

/** Beyond so many, what holds in all of them decides alone. */
const choicesMax = 4;

/** The same choices where the new one says nothing more. */
export function addChoice(known: AnyOf, added: readonly BooleanCondition[]): AnyOf {
  if (known.length === 0) return [added];
  if (known.some((each) => isWithin(each, added))) return known;
  const others = known.filter((each) => !isWithin(added, each));
  if (others.some((each) => isOpposite(each, added))) return [[]];
  if (others.length < choicesMax) return [...others, added];
  return [sharedByAll([...others, added])];
}

export function sharedByAll(choices: AnyOf): readonly BooleanCondition[] {
  const [first = [], ...others] = choices;
  return others.reduce(sharedConditions, first);
}

/** The node runs where one of the choices holds. It stands in the plan once for each way to find that out. */
export function wrapInAnyOf(node: PlanNode, choices: AnyOf): PlanNode {
  if (choices.some((each) => each.length === 0)) return node;
  const shared = sharedByAll(choices);
  const inner = runWhereAny(
    node,
    choices.map((each) => withoutConditions(each, shared)),
  );
  return wrapInConditions(inner ?? node, shared);
}

function runWhereAny(node: PlanNode, choices: AnyOf): PlanNode | undefined {
  const [first] = choices;
  if (first === undefined) return undefined;
  if (choices.some((each) => each.length === 0)) return node;
  const { variable } = first[0]!;
  const branch = (value: boolean): PlanNode | undefined =>
    runWhereAny(node, decide(choices, variable, value));
  return branchOn(variable, branch(true), branch(false));
}

function decide(choices: AnyOf, variable: string, value: boolean): AnyOf {
  return choices
    .filter((each) =>
      each.every((condition) => condition.variable !== variable || condition.includes === value),
    )
    .map((each) => each.filter((condition) => condition.variable !== variable));
}

function isWithin(conditions: readonly BooleanCondition[], all: readonly BooleanCondition[]): boolean {
  return withoutConditions(conditions, all).length === 0;
}

function isOpposite(
  [one, ...more]: readonly BooleanCondition[],
  [other, ...others]: readonly BooleanCondition[],
): boolean {
  if (one === undefined || other === undefined || more.length > 0 || others.length > 0) return false;
  return one.variable === other.variable && one.includes !== other.includes;
}
