import { expect, test } from "bun:test";
import { CachedShop } from "./support/cached-shop.ts";

const three = "{ topProducts(first: 3) { upc inStock } }";
const stockOf = (...values: (boolean | null)[]) => ({
  topProducts: values.map((inStock, index) => ({ upc: `p${index + 1}`, inStock })),
});

/** Keeps the second product's stock, and of the root nothing. */
async function shopWithSecond(): Promise<CachedShop> {
  const shop = new CachedShop();
  shop.cacheControl = { products: "no-store", stock: "max-age=60" };
  await shop.ask('{ product(upc: "p2") { inStock } }');
  shop.taken();
  return shop;
}

test("only what is missing is asked for, and all stands in its order", async () => {
  using shop = await shopWithSecond();
  expect((await shop.ask(three)).data).toEqual(stockOf(true, false, true));
  expect(shop.taken()).toEqual(["products", "stock(p1,p3)"]);
});

test("errors of single entities keep their places, and only those entities are not kept", async () => {
  using shop = await shopWithSecond();
  shop.alter = ({ subgraph }, answer) => {
    if (subgraph !== "stock") return;
    const entities = (answer.data as { _entities: { inStock: boolean | null }[] })._entities;
    entities[1]!.inStock = null;
    answer.errors = [{ message: "counting", path: ["_entities", 1, "inStock"] }];
  };
  const { data, errors, cacheControl } = await shop.ask(three);
  expect(data).toEqual(stockOf(true, false, null));
  expect(errors).toMatchObject([{ message: "counting", path: ["topProducts", 2, "inStock"] }]);
  expect(cacheControl).toBe("no-store");
  shop.alter = undefined;
  shop.taken();
  expect((await shop.ask(three)).data).toEqual(stockOf(true, false, true));
  expect(shop.taken()).toEqual(["products", "stock(p3)"]);
});

test("a subgraph that fails leaves the hits, and an error for each of the rest", async () => {
  using shop = await shopWithSecond();
  shop.alter = ({ subgraph }) => (subgraph === "stock" ? new Response("", { status: 500 }) : undefined);
  const { data, errors } = await shop.ask(three);
  expect(data).toEqual(stockOf(null, false, null));
  const places = new Set(errors!.map(({ path }) => path!.join(".")));
  expect(places).toEqual(new Set(["topProducts.0", "topProducts.2"]));
});

test("an error of no entity: nothing of that answer is kept", async () => {
  using shop = await shopWithSecond();
  shop.alter = ({ subgraph }, answer) => {
    if (subgraph === "stock") answer.errors = [{ message: "something" }];
  };
  await shop.ask(three);
  shop.taken();
  await shop.ask(three);
  expect(shop.taken()).toEqual(["products", "stock(p1,p3)"]);
});

test("an entity that does not exist is known not to", async () => {
  using shop = new CachedShop();
  shop.cacheControl = { reviews: "max-age=60", users: "max-age=60" };
  shop.data.reviews[0]!.author = "9";
  const query = '{ product(upc: "p1") { reviews { id author { name } } } }';
  const first = await shop.ask(query);
  shop.taken();
  expect((await shop.ask(query)).data).toEqual(first.data);
  expect(shop.taken()).toEqual(["products"]);
});

test("what is cached is never changed by those who use it", async () => {
  using shop = new CachedShop();
  const query = `{ topProducts(first: 2) { upc reviews { id author { id name reviews { body product { name } } } } media { url ... on Image { width } } tags } }`;
  const first = (await shop.ask(query)).data;
  for (let round = 0; round < 3; round++) expect((await shop.ask(query)).data).toEqual(first);
  const other = await shop.ask("{ topProducts(first: 2) { reviews { id author { id } } } }");
  expect(other.data).toEqual({
    topProducts: [
      {
        reviews: [
          { id: "r1", author: { id: "1" } },
          { id: "r2", author: { id: "2" } },
        ],
      },
      { reviews: [{ id: "r3", author: { id: "3" } }] },
    ],
  });
  expect((await shop.ask(query)).data).toEqual(first);
});

test("mutations always reach their subgraph and are not kept", async () => {
  using shop = new CachedShop();
  const mutation = 'mutation { rename(id: "1", name: "Eve") { name } }';
  for (let round = 0; round < 2; round++) {
    expect((await shop.ask(mutation)).data).toEqual({ rename: { name: "Eve" } });
    expect(shop.taken()).toEqual(["users"]);
  }
});
