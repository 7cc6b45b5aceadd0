import type { GraphqlError } from "../graphql-error.ts";
import type { JsonObject } from "../json.ts";

/** One operation for one subgraph, its request body ready to be sent. */
export interface SubgraphCall {
  subgraph: string;
  operationKind: "query" | "mutation";
  operationName: string | undefined;
  body: string;
}

/** What a subgraph said, faults of the network and of the answer's form already turned into errors. */
export interface SubgraphAnswer {
  data: JsonObject | null;
  errors: GraphqlError[];
}

export type CallSubgraph = (call: SubgraphCall) => Promise<SubgraphAnswer>;
