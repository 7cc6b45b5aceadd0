import { createPlanner } from "../../router/src/planner/create-planner.ts";
import { parseOperation } from "../../router/src/planner/normalize/normalize-operation.ts";
import type { PlanNode, QueryPlan } from "../../router/src/planner/plan.ts";
import { federation2 } from "../differential/schemas/federation-2.ts";
import { buildWorld, type World } from "../differential/world/world.ts";
import { executePlan, type Json, project, supergraphSchema } from "./reference-executor.ts";

export interface Planned {
  plan: QueryPlan;
  /** `subgraph operation` of every fetch that was sent, in order. */
  calls: string[];
  data: unknown;
  /** What one server with the same data answers. */
  expected: unknown;
  errors: string[];
}

export function federated(sdls: Record<string, string>): World {
  return buildWorld("test", federation2(sdls));
}

/** Plans the operation, runs the plan over subgraphs with made-up data, and asks the monolith the same. */
export async function planAndRun(
  world: World,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<Planned> {
  const plan = await planOnly(world, query);
  const expected = JSON.parse(
    JSON.stringify(world.monolith.execute({ query, variables }).data ?? null),
  ) as Json;
  world.model.startOperation();
  const execution = {
    send: (subgraph: string, text: string, values: Readonly<Record<string, unknown>>): unknown =>
      world.subgraphs.get(subgraph)!.execute({ query: text, variables: { ...values } }),
    variables,
    calls: [] as { subgraph: string; operation: string }[],
    errors: [] as string[],
  };
  const merged = await executePlan(plan, execution);
  const { data } = project(supergraphSchema(world.supergraphSdl), query, merged, variables);
  const calls = execution.calls.map(({ subgraph, operation }) => `${subgraph} ${operation}`);
  return { plan, calls, data, expected, errors: execution.errors };
}

export function planOnly(
  world: World,
  text: string,
  { overridePercentage = 100, defers = false } = {},
): Promise<QueryPlan> {
  const planner = createPlanner(world.supergraphSdl);
  return planner.plan({
    ...parseOperation(text, undefined),
    overrideLabels: new Set(),
    overridePercentage,
    defers,
  });
}

/** The plan's shape in one line: `>` for sequences, `|` for what runs at once. */
export function shape(node: PlanNode | undefined): string {
  switch (node?.kind) {
    case undefined:
      return "nothing";
    case "Fetch":
      return node.serviceName;
    case "BatchFetch":
      return `${node.serviceName}*${node.entries.length}`;
    case "Flatten":
      return shape(node.node);
    case "Sequence":
      return `(${node.nodes.map(shape).join(" > ")})`;
    case "Parallel":
      return `(${node.nodes.map(shape).join(" | ")})`;
    case "Condition":
      return node.ifClause === undefined
        ? `unless ${node.condition} ${shape(node.elseClause)}`
        : `if ${node.condition} ${shape(node.ifClause)}`;
    case "Subscription":
      return `events from ${shape(node.primary)}${node.rest === undefined ? "" : ` > ${shape(node.rest)}`}`;
    case "Defer":
      return `${shape(node.primary.node)} then ${node.deferred.map((part) => shape(part.node)).join(", ")}`;
  }
}
