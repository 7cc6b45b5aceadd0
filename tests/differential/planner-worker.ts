import { operationFromDocument, Supergraph } from "@apollo/federation-internals";
import { QueryPlanner as ApolloPlanner } from "@apollo/query-planner";
import { QueryPlanner as HivePlanner } from "@graphql-hive/router-query-planner";
import { parse } from "graphql";

/** Plans what arrives on standard input, one supergraph first, and answers one line for each operation. */
export interface PlannerTask {
  planner: "hive" | "apollo";
  supergraphSdl: string;
  operations: readonly string[];
}

export type PlannerAnswer = { fetches: number; depth: number } | { refusal: string };

interface AnyNode {
  kind: string;
  node?: AnyNode;
  nodes?: AnyNode[];
  ifClause?: AnyNode;
  elseClause?: AnyNode;
}

const task = (await Bun.stdin.json()) as PlannerTask;
const plan = task.planner === "hive" ? hivePlans(task.supergraphSdl) : apolloPlans(task.supergraphSdl);
for (const operation of task.operations) console.log(JSON.stringify(answer(operation)));

function answer(operation: string): PlannerAnswer {
  try {
    const node = plan(operation);
    return { fetches: countFetches(node), depth: serialDepth(node) };
  } catch (error) {
    return { refusal: error instanceof Error ? error.message : String(error) };
  }
}

function hivePlans(supergraphSdl: string): (operation: string) => AnyNode | undefined {
  const planner = new HivePlanner(supergraphSdl);
  return (operation) => planner.plan(operation, "Main", new Set(), 50).node as AnyNode | undefined;
}

function apolloPlans(supergraphSdl: string): (operation: string) => AnyNode | undefined {
  const supergraph = Supergraph.build(supergraphSdl);
  const planner = new ApolloPlanner(supergraph);
  const schema = supergraph.apiSchema();
  return (text) => {
    const operation = operationFromDocument(schema, parse(text), { operationName: "Main" });
    return planner.buildQueryPlan(operation).node as AnyNode | undefined;
  };
}

function children(node: AnyNode): AnyNode[] {
  return [node.node, ...(node.nodes ?? []), node.ifClause, node.elseClause].filter(
    (child) => child !== undefined,
  );
}

function isFetch(node: AnyNode): boolean {
  return node.kind === "Fetch" || node.kind === "BatchFetch";
}

function countFetches(node: AnyNode | undefined): number {
  if (!node) return 0;
  return children(node).reduce((sum, child) => sum + countFetches(child), isFetch(node) ? 1 : 0);
}

/** How many fetches wait for one another. */
function serialDepth(node: AnyNode | undefined): number {
  if (!node) return 0;
  if (isFetch(node)) return 1;
  const depths = children(node).map(serialDepth);
  return node.kind === "Sequence" ? depths.reduce((sum, depth) => sum + depth, 0) : Math.max(0, ...depths);
}
