import { afterAll, beforeAll, expect, test } from "bun:test";
import { readMultipartParts } from "../support/multipart-parts.ts";
import { openMarket, passthrough } from "./support/market.ts";
import { type RouterProcess, startRouter } from "./support/router-process.ts";

const market = openMarket();
let router: RouterProcess;

beforeAll(async () => {
  router = await startRouter({ supergraph: market.supergraph, yaml: passthrough });
});
afterAll(() => router[Symbol.asyncDispose]());

const deferType = "multipart/mixed;deferSpec=20220824, application/json";
const head = "\r\ncontent-type: application/json\r\n\r\n";

async function post(
  query: string,
  accept: string,
  variables = {},
): Promise<{ type: string | null; text: string }> {
  const response = await fetch(router.url, {
    method: "POST",
    headers: { "content-type": "application/json", accept },
    body: JSON.stringify({ query, variables }),
  });
  return { type: response.headers.get("content-type"), text: await response.text() };
}

const query = `query ($later: Boolean = true) { products { sku ... @defer(if: $later, label: "prices") { price } } }`;

test("parts as Apollo Router writes them, each item of a list for itself", async () => {
  const { type, text } = await post(query, deferType);
  expect(type).toBe('multipart/mixed;boundary="graphql";deferSpec=20220824');
  expect(text).toBe(
    `\r\n--graphql${head}{"data":{"products":[{"sku":"a"},{"sku":"b"}]},"hasNext":true}\r\n--graphql${head}` +
      `{"hasNext":false,"incremental":[{"label":"prices","data":{"price":1},"path":["products",0]},` +
      `{"label":"prices","data":{"price":1},"path":["products",1]}]}\r\n--graphql--\r\n`,
  );
});

test("parts by id, as graphql-js 17 writes them", async () => {
  const { text } = await post(query, "multipart/mixed;incrementalSpec=v0.2, application/json");
  const [first, later] = readMultipartParts<unknown>(text);
  expect(first).toEqual({
    data: { products: [{ sku: "a" }, { sku: "b" }] },
    pending: [
      { id: "0", path: ["products", 0], label: "prices" },
      { id: "1", path: ["products", 1], label: "prices" },
    ],
    hasNext: true,
  });
  expect(later).toEqual({
    hasNext: false,
    incremental: [
      { id: "0", data: { price: 1 } },
      { id: "1", data: { price: 1 } },
    ],
    completed: [{ id: "0" }, { id: "1" }],
  });
});

test("what is not deferred after all, or asked for by a client of single answers, comes whole", async () => {
  const whole = {
    data: {
      products: [
        { sku: "a", price: 1 },
        { sku: "b", price: 1 },
      ],
    },
  };
  const unwilling = await post(query, "application/json");
  expect([unwilling.type, JSON.parse(unwilling.text)]).toEqual(["application/json", whole]);
  const undeferred = await post(query, deferType, { later: false });
  expect([undeferred.type, JSON.parse(undeferred.text)]).toEqual(["application/json", whole]);
});

test("nested parts follow the part that they are in, and errors stand in their own", async () => {
  const nested = `{ products { sku ... @defer(label: "outer") { price ... @defer(label: "inner") { broken } } } }`;
  const { text } = await post(nested, deferType);
  const parts = readMultipartParts<{ hasNext: boolean; incremental: { label: string; data: unknown }[] }>(
    text,
  );
  expect(parts.map(({ hasNext }) => hasNext)).toEqual([true, true, false]);
  expect(parts[1]!.incremental.map(({ label, data }) => [label, data])).toEqual([
    ["outer", { price: 1 }],
    ["outer", { price: 1 }],
  ]);
  expect(parts[2]!.incremental[0]).toMatchObject({
    label: "inner",
    data: { broken: null },
    path: ["products", 0],
    errors: [{ message: "out of order", path: ["products", 0, "broken"] }],
  });
});
