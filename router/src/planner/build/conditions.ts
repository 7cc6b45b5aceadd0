import type { BooleanCondition } from "../normalize/selection.ts";
import type { PlanNode } from "../plan.ts";

/** Both sets of conditions hold. */
export function mergeConditions(
  left: readonly BooleanCondition[],
  right: readonly BooleanCondition[],
): readonly BooleanCondition[] {
  if (right.length === 0) return left;
  if (left.length === 0) return right;
  return [...left, ...withoutConditions(right, left)].sort((one, other) =>
    one.variable < other.variable ? -1 : 1,
  );
}

/** What holds whichever of the two sets does. */
export function sharedConditions(
  left: readonly BooleanCondition[],
  right: readonly BooleanCondition[],
): readonly BooleanCondition[] {
  return left.filter((condition) => right.some((other) => isSame(condition, other)));
}

export function withoutConditions(
  conditions: readonly BooleanCondition[],
  known: readonly BooleanCondition[],
): readonly BooleanCondition[] {
  if (conditions.length === 0 || known.length === 0) return conditions;
  return conditions.filter((condition) => !known.some((other) => isSame(condition, other)));
}

function isSame(left: BooleanCondition, right: BooleanCondition): boolean {
  return left.variable === right.variable && left.includes === right.includes;
}

export function wrapInConditions(node: PlanNode, conditions: readonly BooleanCondition[]): PlanNode {
  return conditions.reduceRight<PlanNode>(
    (inner, { variable, includes }) =>
      includes
        ? { kind: "Condition", condition: variable, ifClause: inner }
        : { kind: "Condition", condition: variable, elseClause: inner },
    node,
  );
}

/** One condition around several nodes instead of one around each. */
export function hoistCondition(kind: "Sequence" | "Parallel", nodes: PlanNode[]): PlanNode {
  if (nodes.length === 1) return nodes[0]!;
  const [first] = nodes;
  if (first?.kind === "Condition") {
    const clause = first.ifClause === undefined ? "elseClause" : "ifClause";
    const inner = nodes.map((node) =>
      node.kind === "Condition" && node.condition === first.condition ? node[clause] : undefined,
    );
    const all = inner.filter((node) => node !== undefined);
    if (all.length === nodes.length) {
      return { kind: "Condition", condition: first.condition, [clause]: hoistCondition(kind, all) };
    }
  }
  return { kind, nodes };
}
