import { composeServices as composeWithApolloServices } from "@apollo/composition";
import { printSchema as printApolloSchema } from "@apollo/federation-internals";
import { composeServices } from "@theguild/federation-composition";
import { buildSchema, type GraphQLSchema, parse } from "graphql";
import { DataModel } from "./data-model.ts";
import { subgraphSchema } from "./executable-schema.ts";
import { Monolith } from "./monolith.ts";
import { readSubgraph, type SubgraphSource } from "./subgraph-definition.ts";
import { SubgraphServer } from "./subgraph-server.ts";
import { SupergraphTypes } from "./supergraph-types.ts";

/** One supergraph with its subgraphs and the monolith that knows the same. */
export interface World {
  name: string;
  sources: readonly SubgraphSource[];
  supergraphSdl: string;
  apiSchema: GraphQLSchema;
  model: DataModel;
  subgraphs: ReadonlyMap<string, SubgraphServer>;
  monolith: Monolith;
}

export class CompositionFailed extends Error {}

export function buildWorld(name: string, sources: readonly SubgraphSource[]): World {
  const composed = compose(name, sources);
  const apiSchema = buildSchema(composed.publicSdl, { assumeValid: true, assumeValidSDL: true });
  const definitions = sources.map(readSubgraph);
  const schemas = new Map(definitions.map((definition) => [definition.name, subgraphSchema(definition)]));
  const model = new DataModel(new SupergraphTypes(definitions, apiSchema), schemas);
  const servers = definitions.map(
    (definition) => new SubgraphServer({ model, schema: schemas.get(definition.name)!, definition }),
  );
  return {
    name,
    sources,
    supergraphSdl: composed.supergraphSdl,
    apiSchema,
    model,
    subgraphs: new Map(servers.map((server) => [server.name, server])),
    monolith: new Monolith(apiSchema, model),
  };
}

/** Only Apollo's composition knows contexts. */
function compose(
  name: string,
  sources: readonly SubgraphSource[],
): { supergraphSdl: string; publicSdl: string } {
  const services = sources.map((source) => ({
    name: source.name,
    typeDefs: parse(source.sdl),
    url: `http://${source.name}.test/graphql`,
  }));
  const usesContexts = sources.some(({ sdl }) => sdl.includes("@fromContext"));
  const composed = usesContexts ? composeWithApollo(services) : composeServices(services);
  const { supergraphSdl, publicSdl } = composed;
  if (supergraphSdl && publicSdl) return { supergraphSdl, publicSdl };
  throw new CompositionFailed(`${name}: ${composed.errors?.map((error) => error.message).join("\n")}`);
}

type Service = Parameters<typeof composeServices>[0][number];

function composeWithApollo(services: Service[]) {
  const { supergraphSdl, schema, errors } = composeWithApolloServices(
    services as Parameters<typeof composeWithApolloServices>[0],
  );
  const publicSdl = schema ? printApolloSchema(schema.toAPISchema()) : "";
  return { supergraphSdl, publicSdl, errors };
}
