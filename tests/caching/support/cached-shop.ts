import { setDefaultTimeout } from "bun:test";
import { buildSubgraphSchema } from "@apollo/subgraph";
import { type GraphQLSchema, graphql, parse } from "graphql";
import { configFromYaml } from "../../../router/src/config/router-config.ts";
import { type CacheMemory, createCacheMemory } from "../../../router/src/entity-cache/cache-memory.ts";
import { createRouter, type Router } from "../../../router/src/router.ts";
import { InProcessTransport } from "../../../router/src/subgraph-client/in-process-transport.ts";
import { compose } from "../../e2e/support/shop.ts";
import { type ShopData, type ShopSubgraph, shopData, shopResolvers, shopSdl } from "./shop-graph.ts";

export interface ShopCall {
  subgraph: ShopSubgraph;
  query: string;
  variables: Record<string, unknown>;
  headers: Headers;
}

export interface ShopAnswer {
  data?: unknown;
  errors?: readonly unknown[];
  extensions?: Record<string, unknown>;
}

/** What becomes of a subgraph's answer on its way out. */
export type Alter = (call: ShopCall, answer: ShopAnswer, headers: Headers) => unknown;

export interface ShopRequest {
  headers?: Record<string, string>;
  variables?: Record<string, unknown>;
}

export interface RouterAnswer {
  data: Record<string, unknown> | null;
  errors?: { message: string; path?: (string | number)[]; extensions?: Record<string, unknown> }[];
  extensions?: Record<string, unknown>;
  cacheControl: string | null;
  headers: Headers;
}

export interface ShopOptions {
  /** Another shop's, whose subgraphs then are the same. */
  data?: ShopData;
  nowMs?: number;
  /** For directives that composition here does not carry over. */
  supergraphEdit?(text: string): string;
}

/** Composing a graph takes seconds on a machine that is busy with others. */
setDefaultTimeout(30_000);

const defaultYaml = "response_cache: { enabled: true, subgraph: { all: { ttl: 60s } } }";

/** A router with a cache before real subgraphs, all in this process; a clock that only tests move. */
export class CachedShop implements Disposable {
  readonly calls: ShopCall[] = [];
  readonly data: ShopData;
  readonly memory: CacheMemory = createCacheMemory();
  cacheControl: Partial<Record<ShopSubgraph, string>> & { all?: string | undefined } = { all: "max-age=60" };
  alter: Alter | undefined;
  router: Router;
  nowMs: number;
  private readonly schemas: Record<ShopSubgraph, GraphQLSchema>;

  constructor(
    yaml = defaultYaml,
    private readonly options: ShopOptions = {},
  ) {
    this.data = options.data ?? shopData();
    this.nowMs = options.nowMs ?? Date.UTC(2026, 0, 1);
    this.schemas = this.buildSchemas(shopSdl);
    this.router = this.createRouter(yaml, shopSdl);
  }

  /** Another configuration, another supergraph; what is cached stays. */
  reload(yaml = defaultYaml, sdl: Record<ShopSubgraph, string> = shopSdl): void {
    Object.assign(this.schemas, this.buildSchemas(sdl));
    const previous = this.router;
    this.router = this.createRouter(yaml, sdl);
    previous.close();
  }

  passSeconds(seconds: number): void {
    this.nowMs += seconds * 1_000;
  }

  async ask(query: string, { headers = {}, variables }: ShopRequest = {}): Promise<RouterAnswer> {
    const response = await this.router.fetch(
      new Request("http://router/", {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify({ query, ...(variables && { variables }) }),
      }),
    );
    const answer = (await response.json()) as RouterAnswer;
    return { ...answer, cacheControl: response.headers.get("cache-control"), headers: response.headers };
  }

  /** What was asked since the last look, each call as its subgraph and, for entities, which. */
  taken(): string[] {
    const calls = this.calls.splice(0);
    return calls.map(({ subgraph, variables }) => {
      const lists = Object.entries(variables).filter(([, value]) => isRepresentations(value));
      const keys = lists.flatMap(([, value]) => (value as Representation[]).map(({ id, upc }) => id ?? upc));
      return lists.length === 0 ? subgraph : `${subgraph}(${keys.join()})`;
    });
  }

  [Symbol.dispose](): void {
    this.router.close();
  }

  private buildSchemas(sdl: Record<ShopSubgraph, string>): Record<ShopSubgraph, GraphQLSchema> {
    const resolvers = shopResolvers(this.data);
    const names = Object.keys(sdl) as ShopSubgraph[];
    const schemas = names.map((name) => [
      name,
      buildSubgraphSchema({ typeDefs: parse(sdl[name]), resolvers: resolvers[name] }),
    ]);
    return Object.fromEntries(schemas) as Record<ShopSubgraph, GraphQLSchema>;
  }

  private createRouter(yaml: string, sdl: Record<ShopSubgraph, string>): Router {
    return createRouter({
      supergraphSdl: this.options.supergraphEdit?.(supergraphOf(sdl)) ?? supergraphOf(sdl),
      config: configFromYaml(`include_subgraph_errors: { all: true }\n${yaml}`),
      cacheMemory: this.memory,
      nowMs: () => this.nowMs,
      transportFor: ({ name }) =>
        new InProcessTransport((request) => this.answer(name as ShopSubgraph, request)),
    });
  }

  private async answer(subgraph: ShopSubgraph, request: Request): Promise<Response> {
    const { query, variables = {} } = (await request.json()) as Pick<ShopCall, "query" | "variables">;
    const call = { subgraph, query, variables, headers: request.headers };
    this.calls.push(call);
    const answer = (await graphql({
      schema: this.schemas[subgraph],
      source: query,
      variableValues: variables,
    })) as ShopAnswer;
    const headers = new Headers({ "content-type": "application/json" });
    const cacheControl = this.cacheControl[subgraph] ?? this.cacheControl.all;
    if (cacheControl !== undefined && cacheControl !== "") headers.set("cache-control", cacheControl);
    const other = await this.alter?.(call, answer, headers);
    return other instanceof Response ? other : new Response(JSON.stringify(answer), { headers });
  }
}

const composed = new WeakMap<object, string>();

/** Composing takes longer than most tests. */
function supergraphOf(sdl: Record<ShopSubgraph, string>): string {
  let supergraph = composed.get(sdl);
  if (supergraph === undefined) {
    supergraph = compose(
      Object.entries(sdl).map(([name, text]) => ({ name, sdl: text, url: `http://${name}/` })),
    );
    composed.set(sdl, supergraph);
  }
  return supergraph;
}

interface Representation {
  id?: string;
  upc?: string;
}

function isRepresentations(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === "object" && item?.__typename);
}
