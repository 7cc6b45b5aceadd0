/** Under these names, Apollo Router's own, the context tells others of an operation's cost. */
export const costKeys = {
  strategy: "apollo::demand_control::strategy",
  estimated: "apollo::demand_control::estimated_cost",
  estimatedBySubgraph: "apollo::demand_control::estimated_cost_by_subgraph",
  actual: "apollo::demand_control::actual_cost",
  result: "apollo::demand_control::result",
} as const;
