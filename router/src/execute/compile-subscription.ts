import type { JsonObject } from "../json.ts";
import type { PlanNode, QueryPlan, SubscriptionNode } from "../planner/plan.ts";
import type { Compile } from "./compile.ts";
import { compilePlan } from "./compile-plan.ts";
import type { Step } from "./plan-run.ts";
import { compileBody } from "./request-body.ts";
import { applyRewrites, resolveRewrites } from "./rewrite.ts";

/** A plan that runs once for each event of one subgraph. */
export interface CompiledSubscription {
  subgraph: string;
  operationName: string | undefined;
  /** The operation that the subgraph is subscribed with. */
  document: string;
  writeBody(variables: JsonObject): string;
  /** Brings an event's data into the plan's shape. */
  begin(data: JsonObject): void;
  /** Fetches what the event does not bring; undefined where it brings all. */
  rest: Step | undefined;
  /** Every subgraph that has a part in an answer. */
  subgraphs: readonly string[];
}

export function compileSubscription(
  { primary, rest }: SubscriptionNode,
  compile: Omit<Compile, "nextFetchId">,
): CompiledSubscription {
  const { serviceName: subgraph, operation: document, operationName } = primary;
  const writeBody = compileBody(primary);
  const rewrites = resolveRewrites(primary.outputRewrites ?? [], compile.types);
  return {
    subgraph,
    operationName,
    document,
    writeBody: (variables) => writeBody(variables, ""),
    begin(data) {
      if (rewrites.length > 0) applyRewrites(data, rewrites);
    },
    rest: rest && compilePlan({ kind: "QueryPlan", node: rest }, compile),
    subgraphs: [...new Set([subgraph, ...(rest ? subgraphsOf(rest) : [])])],
  };
}

export function subscriptionOf({ node }: QueryPlan): SubscriptionNode | undefined {
  return node?.kind === "Subscription" ? node : undefined;
}

function subgraphsOf(node: PlanNode): string[] {
  switch (node.kind) {
    case "Fetch":
    case "BatchFetch":
      return [node.serviceName];
    case "Flatten":
      return subgraphsOf(node.node);
    case "Sequence":
    case "Parallel":
      return node.nodes.flatMap(subgraphsOf);
    case "Condition":
      return [node.ifClause, node.elseClause].flatMap((clause) => (clause ? subgraphsOf(clause) : []));
    case "Defer":
      return [node.primary.node, ...node.deferred.map((part) => part.node)].flatMap((part) =>
        part ? subgraphsOf(part) : [],
      );
    case "Subscription":
      return [node.primary.serviceName, ...(node.rest ? subgraphsOf(node.rest) : [])];
  }
}
