import { branchOn } from "../build/conditions.ts";
import { Deferrals, findDeferrals } from "../normalize/deferrals.ts";
import type { PlanNode, QueryPlan } from "../plan.ts";
import type { ParsedOperation } from "../planner.ts";

/** Variables of `@defer(if:)` that a plan branches on; what hangs on further ones is not deferred. */
const branchingVariablesMax = 4;

/** Plans the operation once for each choice of what is deferred. Undefined for an answer that comes whole. */
export function planEachDeferral(
  operation: ParsedOperation | undefined,
  plan: (deferrals: Deferrals | undefined) => QueryPlan,
): QueryPlan {
  if (operation === undefined || operation.definition.operation === "subscription") return plan(undefined);
  const { hasAny, variables } = findDeferrals(operation.definition.selectionSet, operation.fragments);
  if (!hasAny) return plan(undefined);
  const branch = (open: readonly string[], decided: ReadonlyMap<string, boolean>): PlanNode | undefined => {
    const [variable, ...others] = open;
    if (variable === undefined) return plan(new Deferrals(decided)).node;
    const decide = (value: boolean) => branch(others, new Map([...decided, [variable, value]]));
    return branchOn(variable, decide(true), decide(false));
  };
  const node = branch(variables.slice(0, branchingVariablesMax), new Map());
  return node === undefined ? { kind: "QueryPlan" } : { kind: "QueryPlan", node };
}
