import { operationFromDocument, Supergraph } from "@apollo/federation-internals";
import { QueryPlanner as ApolloPlanner } from "@apollo/query-planner";
import { parse } from "graphql";
import { createHivePlanner } from "../../bench/planner/hive-planner.ts";
import { measurePlan, type PlanFigures } from "../../router/src/planner/measure-plan.ts";
import { parseOperation } from "../../router/src/planner/normalize/normalize-operation.ts";
import type { PlanNode, QueryPlan } from "../../router/src/planner/plan.ts";

/** Plans what arrives on standard input, one supergraph first, and answers one line for each operation. */
export interface PlannerTask {
  planner: RivalName;
  supergraphSdl: string;
  operations: readonly string[];
}

export type RivalName = "npm" | "apollo";

/** The npm planner's plan comes along, in our shape: nothing else runs it. */
export type PlannerAnswer = { figures: PlanFigures; plan?: QueryPlan } | { refusal: string };

type Plan = (operation: string) => Promise<{ figures: PlanFigures; plan?: QueryPlan }>;

const task = (await Bun.stdin.json()) as PlannerTask;
const plan = await makePlanner();
for (const operation of task.operations) console.log(JSON.stringify(await answer(operation)));

async function makePlanner(): Promise<Plan> {
  try {
    return task.planner === "npm" ? npmPlans(task.supergraphSdl) : apolloPlans(task.supergraphSdl);
  } catch (error) {
    return () => Promise.reject(error);
  }
}

async function answer(operation: string): Promise<PlannerAnswer> {
  try {
    return await plan(operation);
  } catch (error) {
    return { refusal: error instanceof Error ? error.message : String(error) };
  }
}

function npmPlans(supergraphSdl: string): Plan {
  if (supergraphSdl.includes("contextArguments: [{")) throw new Error("the npm planner knows no contexts");
  const planner = createHivePlanner(supergraphSdl);
  return async (text) => {
    const asked = {
      ...parseOperation(text, "Main"),
      overrideLabels: new Set<string>(),
      overridePercentage: 100,
    };
    const made = await planner.plan({ ...asked, defers: false });
    return { figures: measurePlan(made.node), plan: made };
  };
}

function apolloPlans(supergraphSdl: string): Plan {
  const supergraph = Supergraph.buildForTests(supergraphSdl);
  const planner = new ApolloPlanner(supergraph);
  const schema = supergraph.apiSchema();
  return async (text) => {
    const operation = operationFromDocument(schema, parse(text), { operationName: "Main" });
    // Both are plans in Apollo's shape, of which only operations and nesting are read.
    return {
      figures: measurePlan(planner.buildQueryPlan(operation).node as unknown as PlanNode | undefined),
    };
  };
}
