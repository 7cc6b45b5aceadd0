import { createPlanner } from "../../../router/src/planner/create-planner.ts";
import { parseOperation } from "../../../router/src/planner/normalize/normalize-operation.ts";
import { PartRunner } from "../../planner/defer-world.ts";
import { coerceVariables, executePlan, project, supergraphSchema } from "../../planner/reference-executor.ts";
import type { Answer } from "../compare.ts";
import { addDefers } from "../operations/add-defers.ts";
import type { GraphQLRequest } from "../world/subgraph-server.ts";
import type { World } from "../world/world.ts";
import type { Engine } from "./engine.ts";

/** This planner's plans with parts of each operation deferred, run part by part; the answer is all parts together. */
export async function startParts(world: World): Promise<Engine> {
  const planner = createPlanner(world.supergraphSdl);
  const schema = supergraphSchema(world.supergraphSdl);

  async function run(request: GraphQLRequest, defers: boolean): Promise<Answer> {
    const text = addDefers(request.query);
    const variables = coerceVariables(schema, request.query, request.variables ?? {});
    const errors: string[] = [];
    const execution = {
      variables,
      calls: [],
      errors,
      send: (subgraph: string, query: string, values: Readonly<Record<string, unknown>>) =>
        world.subgraphs.get(subgraph)!.execute({ query, variables: { ...values } }),
    };
    const labels = { overrideLabels: new Set<string>(), overridePercentage: 100 };
    const plan = await planner.plan({ ...parseOperation(text, request.operationName), ...labels, defers });
    if (JSON.stringify(plan).includes('"kind":"Defer"')) {
      const runner = new PartRunner(world, execution, text);
      await runner.runPlan(plan);
      return { data: runner.whole, errors };
    }
    const merged = await executePlan(plan, execution);
    const answer = project(schema, request.query, merged, variables, request.operationName);
    return { data: answer.data, errors: [...errors, ...(answer.errors ?? [])] };
  }

  return {
    async execute(request) {
      const answer = await run(request, true);
      if (!answer.errors?.length) return answer;
      // What fails takes more with it in a whole answer than in one of its parts.
      world.model.startOperation();
      return run(request, false);
    },
    stop: async () => {},
  };
}
