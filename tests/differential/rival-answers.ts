import type { QueryPlan } from "../../router/src/planner/plan.ts";
import { coerceVariables, executePlan, project, supergraphSchema } from "../planner/reference-executor.ts";
import type { Answer } from "./compare.ts";
import type { Engine } from "./engines/engine.ts";
import { startGateway } from "./engines/gateway.ts";
import type { GraphQLRequest } from "./world/subgraph-server.ts";
import type { World } from "./world/world.ts";

const gateways = new WeakMap<World, Promise<Engine>>();

/** The answer that comes of a plan of the npm planner, or of Apollo's where none is given. */
export async function answerOfRival(
  world: World,
  request: GraphQLRequest,
  plan: QueryPlan | undefined,
): Promise<Answer> {
  if (plan !== undefined) return answerOfPlan(world, request, plan);
  const gateway = gateways.get(world) ?? startGateway(world);
  gateways.set(world, gateway);
  try {
    return await (await gateway).execute(request);
  } catch (error) {
    return { errors: [{ message: String(error) }] };
  }
}

async function answerOfPlan(world: World, request: GraphQLRequest, plan: QueryPlan): Promise<Answer> {
  const errors: string[] = [];
  const schema = supergraphSchema(world.supergraphSdl);
  const variables = coerceVariables(schema, request.query, request.variables ?? {});
  const merged = await executePlan(plan, {
    send: (subgraph, query, values) =>
      world.subgraphs.get(subgraph)!.execute({ query, variables: { ...values } }),
    variables,
    calls: [],
    errors,
  });
  const answer = project(schema, request.query, merged, variables, request.operationName);
  return { data: answer.data, errors: [...(answer.errors ?? []), ...errors] };
}
