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

export function branchOn(
  condition: string,
  ifClause: PlanNode | undefined,
  elseClause: PlanNode | undefined,
): PlanNode | undefined {
  if (ifClause === undefined && elseClause === undefined) return undefined;
  return {
    kind: "Condition",
    condition,
    ...(ifClause !== undefined && { ifClause }),
    ...(elseClause !== undefined && { elseClause }),
  };
}

/** Nodes in a sequence or in parallel; nested ones of the same kind become one, as do equal conditions around all. */
export function combineNodes(kind: "Sequence" | "Parallel", nodes: readonly PlanNode[]): PlanNode {
  const flat = nodes.flatMap((node) => (node.kind === kind ? node.nodes : [node]));
  const [first] = flat;
  if (flat.length === 1 || first === undefined) return first ?? { kind, nodes: [] };
  if (first.kind !== "Condition") return { kind, nodes: flat };
  const clause = first.ifClause === undefined ? "elseClause" : "ifClause";
  const inner: PlanNode[] = [];
  for (const node of flat) {
    const isAlike = node.kind === "Condition" && node.condition === first.condition && !hasBoth(node);
    const clauseNode = isAlike ? node[clause] : undefined;
    if (clauseNode !== undefined) inner.push(clauseNode);
  }
  if (inner.length < flat.length) return { kind, nodes: flat };
  return { kind: "Condition", condition: first.condition, [clause]: combineNodes(kind, inner) };
}

function hasBoth(node: Extract<PlanNode, { kind: "Condition" }>): boolean {
  return node.ifClause !== undefined && node.elseClause !== undefined;
}
