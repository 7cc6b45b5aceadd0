import type { PlanNode, RequiresSelection } from "../../router/src/planner/plan.ts";

export interface Fetched {
  subgraph: string;
  cacheKeys: string[];
}

/** Every fetch of a plan, whichever of its conditions hold. */
export function fetchesOf(node: PlanNode | undefined): Fetched[] {
  switch (node?.kind) {
    case undefined:
      return [];
    case "Fetch":
      return [{ subgraph: node.serviceName, cacheKeys: keysOf(node.serviceName, node.requires ?? []) }];
    case "BatchFetch": {
      const requires = node.entries.flatMap((entry) => entry.requires);
      return [{ subgraph: node.serviceName, cacheKeys: keysOf(node.serviceName, requires) }];
    }
    case "Flatten":
      return fetchesOf(node.node);
    case "Condition":
      return [...fetchesOf(node.ifClause), ...fetchesOf(node.elseClause)];
    case "Sequence":
    case "Parallel":
      return node.nodes.flatMap(fetchesOf);
    case "Subscription":
      return [...fetchesOf(node.primary), ...fetchesOf(node.rest)];
    case "Defer":
      return [...fetchesOf(node.primary.node), ...node.deferred.flatMap(({ node: part }) => fetchesOf(part))];
  }
}

/** An entity is known by its subgraph, its type and the fields that it is asked by. */
function keysOf(subgraph: string, requires: readonly RequiresSelection[]): string[] {
  return requires.flatMap((selection) => {
    if (selection.kind !== "InlineFragment") return [];
    const fields = selection.selections.map(print).filter((text) => text !== "__typename");
    return [`${subgraph}: ${selection.typeCondition} by ${fields.sort().join(" ")}`];
  });
}

function print(selection: RequiresSelection): string {
  const { selections = [] } = selection;
  const beneath = selections.length > 0 ? ` { ${selections.map(print).sort().join(" ")} }` : "";
  return selection.kind === "Field"
    ? `${selection.name}${beneath}`
    : `... on ${selection.typeCondition}${beneath}`;
}
