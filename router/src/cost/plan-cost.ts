import type { JsonObject } from "../json.ts";
import type { FetchNode, PlanNode, QueryPlan } from "../planner/plan.ts";
import type { Score } from "./argument-cost.ts";
import type { CostSchema } from "./cost-schema.ts";
import { compileOperationCost } from "./operation-cost.ts";

/** By subgraph. */
export type Costs = Map<string, number>;

/** What a plan costs at most with these variables. Throws a `CostError` where the schema does not let it be told. */
export type EstimatePlan = (variables: JsonObject) => Costs;

export interface PlanCostOptions {
  schema: CostSchema;
  listSizeFor(subgraph: string): number;
}

export function compilePlanCost({ node }: QueryPlan, options: PlanCostOptions): EstimatePlan {
  const add = node && compileNode(node, options);
  return (variables) => {
    const costs: Costs = new Map();
    add?.(costs, variables);
    return costs;
  };
}

export function totalOf(costs: Costs): number {
  let total = 0;
  for (const cost of costs.values()) total += cost;
  return total;
}

type AddCosts = (costs: Costs, variables: JsonObject) => void;

function compileNode(node: PlanNode, options: PlanCostOptions): AddCosts {
  switch (node.kind) {
    case "Fetch":
    case "BatchFetch":
      return compileFetch(node, options);
    case "Flatten":
      return compileNode(node.node, options);
    case "Sequence":
    case "Parallel":
      return addAll(node.nodes, options);
    case "Condition":
      return addLarger(node.ifClause, node.elseClause, options);
    case "Defer":
      return addAll([node.primary.node, ...node.deferred.map((part) => part.node)], options);
    case "Subscription":
      return compileFetch(node.primary, options);
  }
}

function compileFetch(
  { serviceName, operation }: Pick<FetchNode, "serviceName" | "operation">,
  { schema, listSizeFor }: PlanCostOptions,
): AddCosts {
  const score: Score = compileOperationCost(operation, { schema, listSize: listSizeFor(serviceName) });
  return (costs, variables) => costs.set(serviceName, (costs.get(serviceName) ?? 0) + score(variables));
}

function addAll(nodes: readonly (PlanNode | undefined)[], options: PlanCostOptions): AddCosts {
  const parts = nodes.filter((node) => node !== undefined).map((node) => compileNode(node, options));
  return (costs, variables) => {
    for (const add of parts) add(costs, variables);
  };
}

/** Which of the two runs is known only when it runs: of each subgraph's costs the larger counts. */
function addLarger(
  one: PlanNode | undefined,
  other: PlanNode | undefined,
  options: PlanCostOptions,
): AddCosts {
  const sides = [one, other].filter((node) => node !== undefined).map((node) => compileNode(node, options));
  return (costs, variables) => {
    const larger: Costs = new Map();
    for (const add of sides) {
      const side: Costs = new Map();
      add(side, variables);
      for (const [subgraph, cost] of side) larger.set(subgraph, Math.max(cost, larger.get(subgraph) ?? 0));
    }
    for (const [subgraph, cost] of larger) costs.set(subgraph, (costs.get(subgraph) ?? 0) + cost);
  };
}
