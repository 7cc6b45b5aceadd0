import { buildSubgraphSchema } from "@apollo/subgraph";
import { execute, type GraphQLSchema, parse, validate } from "graphql";
import type { BenchGraph } from "../graphs/graph.ts";

interface GraphQLRequest {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  readonly operationName?: string;
}

export interface Origin extends Disposable {
  readonly address: string;
  /** Answers with errors: a router sent what the subgraphs do not understand. */
  readonly failures: readonly string[];
}

/** The graph's real subgraphs on graphql-js. Each answers a request body once; `replay` repeats the answer. */
export function startOrigin(graph: BenchGraph): Origin {
  const schemas = new Map(
    graph.subgraphs.map(({ name, typeDefs, resolvers }) => [
      `/${name}`,
      buildSubgraphSchema([{ typeDefs: parse(typeDefs), resolvers }]),
    ]),
  );
  const failures: string[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    maxRequestBodySize: 32 << 20,
    async fetch(request) {
      const schema = schemas.get(new URL(request.url).pathname);
      if (schema === undefined) return new Response("no such subgraph", { status: 404 });
      const answer = await answerRequest(schema, (await request.json()) as GraphQLRequest);
      if (answer.errors !== undefined) failures.push(JSON.stringify(answer.errors[0]));
      return new Response(JSON.stringify(answer));
    },
  });
  return {
    address: `127.0.0.1:${server.port}`,
    failures,
    [Symbol.dispose]: () => void server.stop(true),
  };
}

async function answerRequest(schema: GraphQLSchema, { query, variables, operationName }: GraphQLRequest) {
  const document = parse(query);
  const errors = validate(schema, document);
  if (errors.length > 0) return { errors };
  return await execute({ schema, document, variableValues: variables, operationName });
}
