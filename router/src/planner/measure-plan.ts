import type { PlanNode } from "./plan.ts";

export interface PlanFigures {
  fetches: number;
  /** Fetches one after the other on the longest way through the plan. */
  depth: number;
  /** Of all subgraph operations, without their names: planners differ in whether they give any. */
  bytes: number;
}

const none: PlanFigures = { fetches: 0, depth: 0, bytes: 0 };

export function measurePlan(node: PlanNode | undefined): PlanFigures {
  switch (node?.kind) {
    case undefined:
      return none;
    case "Fetch":
    case "BatchFetch":
      return { fetches: 1, depth: 1, bytes: withoutName(node.operation).length };
    case "Flatten":
      return measurePlan(node.node);
    case "Condition":
      return larger(measurePlan(node.ifClause), measurePlan(node.elseClause));
    case "Sequence":
      return add("long", node.nodes.map(measurePlan));
    case "Parallel":
      return add("wide", node.nodes.map(measurePlan));
    case "Subscription":
      return add("long", [measurePlan(node.primary), measurePlan(node.rest)]);
    case "Defer":
      return add("long", [
        measurePlan(node.primary.node),
        add(
          "wide",
          node.deferred.map((deferred) => measurePlan(deferred.node)),
        ),
      ]);
  }
}

/** Of two clauses one is run. */
function larger(one: PlanFigures, other: PlanFigures): PlanFigures {
  return {
    fetches: Math.max(one.fetches, other.fetches),
    depth: Math.max(one.depth, other.depth),
    bytes: Math.max(one.bytes, other.bytes),
  };
}

function withoutName(operation: string): string {
  return operation.replace(/^(query|mutation|subscription) \w+/, "$1").replace(/^query ?{/, "{");
}

function add(shape: "long" | "wide", parts: readonly PlanFigures[]): PlanFigures {
  return parts.reduce(
    (sum, { fetches, depth, bytes }) => ({
      fetches: sum.fetches + fetches,
      depth: shape === "long" ? sum.depth + depth : Math.max(sum.depth, depth),
      bytes: sum.bytes + bytes,
    }),
    none,
  );
}
