import type { Answer } from "../compare.ts";
import type { GraphQLRequest } from "../world/subgraph-server.ts";
import type { World } from "../world/world.ts";

/** Something that answers for a supergraph by calling its subgraphs. */
export interface Engine {
  execute(request: GraphQLRequest): Promise<Answer>;
  stop(): Promise<void>;
}

export type StartEngine = (world: World) => Promise<Engine>;
