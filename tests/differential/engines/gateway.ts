import { ApolloGateway } from "@apollo/gateway";
import { parse } from "graphql";
import type { Answer } from "../compare.ts";
import type { World } from "../world/world.ts";
import type { Engine } from "./engine.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** Apollo's gateway: a second opinion on the generator and the monolith. */
export async function startGateway(world: World): Promise<Engine> {
  const gateway = new ApolloGateway({
    supergraphSdl: world.supergraphSdl,
    logger: silent,
    buildService: ({ name }) => ({
      process: async ({ request }) => {
        const { query, variables } = request;
        const answer = world.subgraphs.get(name)!.execute({ query: query!, variables });
        return JSON.parse(JSON.stringify(answer));
      },
    }),
  });
  const { executor } = await gateway.load();
  return {
    async execute(request): Promise<Answer> {
      const document = parse(request.query);
      const answer = await executor({
        request: { ...request },
        document,
        queryHash: request.query,
        operationName: request.operationName ?? null,
        operation: document.definitions.find(
          (node) => node.kind === "OperationDefinition" && node.name?.value === request.operationName,
        ),
        context: {},
        schema: world.apiSchema,
        logger: silent,
        metrics: {},
        source: request.query,
        cache: undefined,
        overallCachePolicy: undefined,
        // The gateway's executor reads only these parts of Apollo Server's request context.
      } as unknown as Parameters<typeof executor>[0]);
      return { data: answer.data, errors: answer.errors };
    },
    stop: () => gateway.stop(),
  };
}
