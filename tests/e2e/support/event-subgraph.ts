import { buildSubgraphSchema } from "@apollo/subgraph";
import { execute, parse, validate } from "graphql";
import { createHandler } from "graphql-sse/lib/use/fetch";
import { handleProtocols } from "graphql-ws";
import { makeHandler } from "graphql-ws/use/bun";

export interface Price {
  sku: string;
  price: number;
}

export const pricesSdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
  type Query { price(sku: ID!): Product }
  type Mutation { setPrice(sku: ID!, price: Int!): Product }
  type Subscription { priceChanged(sku: ID): Product counter(to: Int!): Int secret: String }
  type Product @key(fields: "sku") { sku: ID! price: Int broken: Int }`;

export const productsSdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
  type Query { products: [Product!]! }
  type Product @key(fields: "sku") { sku: ID! name: String }`;

/** One open subscription at the subgraph: how it came, and with what. */
export interface OpenSubscription {
  headers: Headers;
  connectionParams: unknown;
  query: string;
}

/** A subgraph that publishes prices by the server libraries that people use: graphql-ws and graphql-sse. */
export class PricesSubgraph implements AsyncDisposable {
  readonly name = "prices";
  readonly sdl = pricesSdl;
  readonly opened: OpenSubscription[] = [];
  private readonly topics = new Set<Topic>();
  private readonly schema = buildSubgraphSchema({
    typeDefs: parse(pricesSdl),
    resolvers: {
      Query: { price: (_: unknown, { sku }: { sku: string }) => ({ sku, price: 1 }) },
      Mutation: {
        setPrice: (_: unknown, price: Price) => {
          this.publish(price);
          return price;
        },
      },
      Product: {
        __resolveReference: ({ sku }: { sku: string }) => ({ sku, price: 1 }),
        broken: () => {
          throw new Error("out of order");
        },
      },
      Subscription: {
        priceChanged: { subscribe: () => this.topic("priceChanged"), resolve: (price: Price) => price },
        counter: {
          subscribe: async function* (_: unknown, { to }: { to: number }) {
            for (let count = 1; count <= to; count++) yield count;
          },
          resolve: (count: number) => count,
        },
        secret: { subscribe: () => this.topic("secret"), resolve: () => "hidden" },
      },
    },
  });
  private server: Bun.Server<unknown>;
  private readonly port: number;

  constructor() {
    this.server = this.listen(0);
    this.port = this.server.port!;
  }

  get url(): string {
    return `http://localhost:${this.port}/`;
  }

  /** Subscriptions that are open now. */
  get size(): number {
    return this.topics.size;
  }

  publish(price: Price): void {
    for (const topic of this.topics) topic.push(price);
  }

  /** Every subscription comes to its end. */
  complete(): void {
    for (const topic of this.topics) topic.end();
  }

  /** As if the machine were gone. */
  async stop(): Promise<void> {
    await this.server.stop(true);
    for (const topic of [...this.topics]) topic.end();
  }

  restart(): void {
    this.server = this.listen(this.port);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  private topic(name: string): Topic {
    const topic = new Topic(name, () => this.topics.delete(topic));
    this.topics.add(topic);
    return topic;
  }

  private listen(port: number): Bun.Server<unknown> {
    const { schema } = this;
    const sockets = makeHandler({
      schema,
      onSubscribe: ({ connectionParams, extra }, _id, payload) => {
        const { socket } = extra as unknown as { socket: Bun.ServerWebSocket<{ headers: Headers }> };
        this.opened.push({ headers: socket.data.headers, connectionParams, query: payload.query });
        const args = {
          schema,
          operationName: payload.operationName,
          document: parse(payload.query),
          variableValues: payload.variables,
        };
        const errors = validate(schema, args.document);
        return errors.length > 0 ? errors : args;
      },
    });
    const events = createHandler({
      schema,
      onSubscribe: (request, params) => {
        this.opened.push({
          headers: new Headers(Object.fromEntries(request.headers as unknown as Iterable<[string, string]>)),
          connectionParams: undefined,
          query: params.query,
        });
      },
    });
    return Bun.serve<unknown>({
      hostname: "127.0.0.1",
      port,
      idleTimeout: 120,
      fetch: async (request, server) => {
        if (request.headers.get("upgrade") === "websocket") {
          const protocol = handleProtocols(request.headers.get("sec-websocket-protocol") ?? "");
          const headers = protocol === false ? {} : { "sec-websocket-protocol": protocol };
          server.upgrade(request, { data: { headers: new Headers(request.headers) }, headers });
          return undefined as unknown as Response;
        }
        if (request.headers.get("accept")?.includes("text/event-stream")) return events(request);
        const { query, variables } = (await request.json()) as {
          query: string;
          variables?: Record<string, unknown>;
        };
        const result = await execute({ schema, document: parse(query), variableValues: variables });
        return Response.json(result);
      },
      websocket: sockets as Bun.WebSocketHandler<unknown>,
    });
  }
}

/** Events of one subscriber, as they are published. */
class Topic implements AsyncIterableIterator<Price, undefined> {
  private readonly waiting: Price[] = [];
  private reading: ((result: IteratorResult<Price, undefined>) => void) | undefined;
  private isOver = false;

  constructor(
    readonly name: string,
    private readonly onEnd: () => void,
  ) {}

  push(price: Price): void {
    if (this.reading) this.reading({ done: false, value: price });
    else this.waiting.push(price);
    this.reading = undefined;
  }

  end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.reading?.({ done: true, value: undefined });
    this.onEnd();
  }

  next(): Promise<IteratorResult<Price, undefined>> {
    const value = this.waiting.shift();
    if (value) return Promise.resolve({ done: false, value });
    if (this.isOver) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => {
      this.reading = resolve;
    });
  }

  return(): Promise<IteratorResult<Price, undefined>> {
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
