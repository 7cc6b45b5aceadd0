import { buildSubgraphSchema } from "@apollo/subgraph";
import { type ExecutionResult, graphql, parse } from "graphql";

export interface ExampleSubgraph {
  readonly name: string;
  readonly sdl: string;
  fetch(request: Request): Promise<Response>;
}

export interface SubgraphContext {
  headers: Headers;
}

/** What graphql-js passes is known to each resolver alone, so each says it; `never` lets it. */
export type Resolvers = Record<
  string,
  Record<string, (source: never, parameters: never, context: SubgraphContext) => unknown>
>;

interface GraphQLBody {
  query: string;
  variables?: Record<string, unknown>;
  operationName?: string;
}

/** A subgraph over plain graphql-js: slow, and easy to read. */
export function createSubgraph(options: {
  name: string;
  sdl: string;
  resolvers: Resolvers;
}): ExampleSubgraph {
  const schema = buildSubgraphSchema({ typeDefs: parse(options.sdl), resolvers: options.resolvers as never });
  return {
    name: options.name,
    sdl: options.sdl,
    async fetch(request) {
      const { query, variables, operationName } = await readBody(request);
      const contextValue: SubgraphContext = { headers: request.headers };
      return answer(
        await graphql({ schema, source: query, contextValue, variableValues: variables, operationName }),
      );
    },
  };
}

function answer(result: ExecutionResult): Response {
  return Response.json(result, { status: result.data === undefined ? 400 : 200 });
}

async function readBody(request: Request): Promise<GraphQLBody> {
  if (request.headers.get("content-type")?.startsWith("multipart/form-data")) return readMultipart(request);
  return (await request.json()) as GraphQLBody;
}

/** https://github.com/jaydenseric/graphql-multipart-request-spec */
async function readMultipart(request: Request): Promise<GraphQLBody> {
  const form = await request.formData();
  const body = JSON.parse(String(form.get("operations"))) as GraphQLBody;
  const map = JSON.parse(String(form.get("map"))) as Record<string, string[]>;
  for (const [part, paths] of Object.entries(map))
    for (const path of paths) place(body, path.split("."), form.get(part));
  return body;
}

function place(target: object, path: string[], value: unknown): void {
  const last = path.pop();
  let parent = target as Record<string, unknown>;
  for (const key of path) parent = parent[key] as Record<string, unknown>;
  if (last !== undefined) parent[last] = value;
}
