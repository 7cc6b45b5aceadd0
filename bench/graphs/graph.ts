import type { buildSubgraphSchema } from "@apollo/subgraph";
import { composeServices } from "@theguild/federation-composition";
import { type GraphQLSchema, parse } from "graphql";

type SubgraphModule = Extract<Parameters<typeof buildSubgraphSchema>[0], readonly unknown[]>[number];
export type Resolvers = NonNullable<Extract<SubgraphModule, { resolvers?: unknown }>["resolvers"]>;

export interface BenchSubgraph {
  readonly name: string;
  readonly typeDefs: string;
  readonly resolvers: Resolvers;
}

export interface BenchGraph {
  readonly name: string;
  readonly subgraphs: readonly BenchSubgraph[];
  /** The same data in one schema: what every router's answer is compared with. */
  readonly monolith: GraphQLSchema;
  readonly monolithRoot: Readonly<Record<string, unknown>>;
}

export const FEDERATION_LINK = `extend schema @link(
  url: "https://specs.apollo.dev/federation/v2.3"
  import: ["@key", "@external", "@provides", "@requires", "@shareable"]
)
`;

export function composeSupergraph(graph: BenchGraph, subgraphsUrl: string): string {
  const composition = composeServices(
    graph.subgraphs.map(({ name, typeDefs }) => ({
      name,
      url: `${subgraphsUrl}/${name}`,
      typeDefs: parse(typeDefs),
    })),
  );
  if (composition.supergraphSdl !== undefined) return composition.supergraphSdl;
  const messages = composition.errors?.map((error) => error.message).join("\n") ?? "no reason given";
  throw new Error(`the graph ${graph.name} does not compose:\n${messages}`);
}
