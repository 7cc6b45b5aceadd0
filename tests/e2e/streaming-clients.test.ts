import { afterAll, beforeAll, expect, test } from "bun:test";
import { ApolloClient, gql, HttpLink, InMemoryCache } from "@apollo/client";
import { Defer20220824Handler, GraphQL17Alpha9Handler } from "@apollo/client/incremental";
import { Client, fetchExchange, subscriptionExchange } from "@urql/core";
import { createClient as createEventClient } from "graphql-sse";
import { createClient as createSocketClient } from "graphql-ws";
import { Environment, Network, Observable, RecordSource, Store } from "relay-runtime";
import { openMarket, passthrough, until } from "./support/market.ts";
import { type RouterProcess, startRouter } from "./support/router-process.ts";

const market = openMarket();
let router: RouterProcess;

beforeAll(async () => {
  router = await startRouter({ supergraph: market.supergraph, yaml: passthrough });
});
afterAll(() => router[Symbol.asyncDispose]());

const counting = "subscription Count { counter(to: 3) }";
const counted = [1, 2, 3];

test("Apollo Client: subscriptions by multipart", async () => {
  const client = new ApolloClient({ link: new HttpLink({ uri: router.url }), cache: new InMemoryCache() });
  const seen: unknown[] = [];
  await new Promise<void>((resolve, reject) => {
    client.subscribe<{ counter: number }>({ query: gql(counting) }).subscribe({
      next: ({ data }) => seen.push(data?.counter),
      complete: resolve,
      error: reject,
    });
  });
  expect(seen).toEqual(counted);
  client.stop();
});

test.each([
  ["deferSpec=20220824", new Defer20220824Handler()],
  // The cast holds: the package's own types differ only under exactOptionalPropertyTypes.
  ["incrementalSpec=v0.2", new GraphQL17Alpha9Handler() as unknown as Defer20220824Handler],
])("Apollo Client: @defer by %s", async (_name, incrementalHandler) => {
  const client = new ApolloClient({
    link: new HttpLink({ uri: router.url }),
    cache: new InMemoryCache(),
    incrementalHandler,
  });
  const seen: unknown[] = [];
  const query = gql`query Products { products { sku ... @defer(label: "price") { price } } }`;
  await new Promise<void>((resolve, reject) => {
    client.watchQuery({ query }).subscribe({
      next: ({ data, dataState }) => {
        seen.push([dataState, (data as { products?: unknown } | undefined)?.products]);
        if (dataState === "complete") resolve();
      },
      error: reject,
    });
  });
  expect(seen.at(-1)).toMatchObject([
    "complete",
    [
      { sku: "a", price: 1 },
      { sku: "b", price: 1 },
    ],
  ]);
  client.stop();
});

const sockets = () => createSocketClient({ url: router.url.replace("http", "ws"), retryAttempts: 0 });
const events = () => createEventClient({ url: router.url });

test.each([
  ["graphql-ws", sockets],
  ["graphql-sse", events],
] as const)("urql: subscriptions by its %s recipe", async (_name, open) => {
  const transport = open();
  const client = new Client({
    url: router.url,
    preferGetMethod: false,
    exchanges: [
      subscriptionExchange({
        forwardSubscription: ({ query = "", variables }) => ({
          subscribe: (sink) => ({
            unsubscribe: transport.subscribe(
              { query, variables: variables as Record<string, unknown> },
              sink as never,
            ),
          }),
        }),
      }),
      fetchExchange,
    ],
  });
  const seen: unknown[] = [];
  const subscription = client.subscription(counting, {}).subscribe(({ data }) => seen.push(data?.counter));
  await until(() => seen.length >= 3, "three events");
  expect(seen.slice(0, 3)).toEqual(counted);
  subscription.unsubscribe();
  transport.dispose();
});

test("urql: subscriptions and @defer by multipart", async () => {
  const client = new Client({
    url: router.url,
    preferGetMethod: false,
    fetchSubscriptions: true,
    exchanges: [fetchExchange],
  });
  const seen: unknown[] = [];
  const subscription = client.subscription(counting, {}).subscribe(({ data }) => seen.push(data?.counter));
  await until(() => seen.length >= 3, "three events");
  expect(seen.slice(0, 3)).toEqual(counted);
  subscription.unsubscribe();
  const results: { data?: { products: unknown }; hasNext: boolean }[] = [];
  client
    .query("{ products { sku ... @defer { price } } }", {})
    .subscribe((result) => results.push(result as never));
  await until(() => results.at(-1)?.hasNext === false, "the last part");
  expect(results.at(-1)?.data?.products).toMatchObject([
    { sku: "a", price: 1 },
    { sku: "b", price: 1 },
  ]);
});

test.each([
  ["graphql-ws", sockets],
  ["graphql-sse", events],
] as const)("Relay's network layer over %s", async (_name, open) => {
  const transport = open();
  const network = Network.create(
    () => Promise.reject(new Error("no query is asked")),
    (operation, variables) =>
      Observable.create((sink) =>
        transport.subscribe(
          { operationName: operation.name, query: operation.text ?? "", variables },
          sink as never,
        ),
      ),
  );
  const environment = new Environment({ network, store: new Store(new RecordSource()) });
  const parameters = {
    name: "Count",
    text: counting,
    operationKind: "subscription",
    id: null,
    metadata: {},
    cacheID: "1",
  };
  const seen: unknown[] = [];
  await new Promise<void>((resolve, reject) => {
    environment
      .getNetwork()
      .execute(parameters as never, {}, {}, null)
      .subscribe({
        next: (response) => seen.push((response as { data: { counter: number } }).data.counter),
        complete: resolve,
        error: reject,
      });
  });
  expect(seen).toEqual(counted);
  transport.dispose();
});
