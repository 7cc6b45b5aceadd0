import { afterAll, beforeAll, expect, test } from "bun:test";
import { createClient as createEventClient } from "graphql-sse";
import { createClient } from "graphql-ws";
import { openMarket, passthrough, priceQuery, until } from "./support/market.ts";
import { type RouterProcess, startRouter } from "./support/router-process.ts";

const market = openMarket();
let router: RouterProcess;

beforeAll(async () => {
  router = await startRouter({ supergraph: market.supergraph, yaml: passthrough });
});
afterAll(() => router[Symbol.asyncDispose]());

test("multipart, byte for byte as Apollo Router writes it", async () => {
  const response = await fetch(router.url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "multipart/mixed;subscriptionSpec=1.0, application/json",
    },
    body: JSON.stringify({ query: "subscription { counter(to: 2) }" }),
  });
  expect(response.headers.get("content-type")).toBe(
    'multipart/mixed;boundary="graphql";subscriptionSpec=1.0',
  );
  const head = "\r\ncontent-type: application/json\r\n\r\n";
  expect(await response.text()).toBe(
    `\r\n--graphql${head}{}\r\n--graphql${head}{"payload":{"data":{"counter":1}}}\r\n--graphql${head}{"payload":{"data":{"counter":2}}}\r\n--graphql--\r\n`,
  );
});

test("graphql-ws: subscriptions, queries and mutations over one socket", async () => {
  const client = createClient({ url: router.url.replace("http", "ws") });
  const prices = client.iterate({ query: priceQuery });
  const first = prices.next();
  await until(() => market.prices.size === 1, "the subscription");
  const results: unknown[] = [];
  for await (const result of client.iterate({ query: 'mutation { setPrice(sku: "a", price: 7) { price } }' }))
    results.push(result);
  for await (const result of client.iterate({ query: "{ products { name } }" })) results.push(result);
  expect(results).toEqual([
    { data: { setPrice: { price: 7 } } },
    { data: { products: [{ name: "Apple" }, { name: "Bread" }] } },
  ]);
  expect((await first).value).toEqual({ data: { priceChanged: { sku: "a", price: 7, name: "name of a" } } });
  await prices.return?.();
  await until(() => market.prices.size === 0, "the end at the subgraph");
  await client.dispose();
});

test.each([false, true])("graphql-sse, single connection %p", async (singleConnection) => {
  const client = createEventClient({ url: router.url, singleConnection });
  const counted: unknown[] = [];
  for await (const result of client.iterate({ query: "subscription { counter(to: 3) }" }))
    counted.push(result.data);
  expect(counted).toEqual([{ counter: 1 }, { counter: 2 }, { counter: 3 }]);
  for await (const result of client.iterate({ query: "{ products { name } }" }))
    expect(result).toEqual({ data: { products: [{ name: "Apple" }, { name: "Bread" }] } });
  client.dispose();
});
