import { expect, test } from "bun:test";
import { CachedShop } from "./support/cached-shop.ts";

const query = "{ topProducts(first: 2) { upc name inStock } }";
const expected = {
  topProducts: [
    { upc: "p1", name: "Product 1", inStock: true },
    { upc: "p2", name: "Product 2", inStock: false },
  ],
};

test("what was answered once is answered without the subgraphs, as long as they said", async () => {
  using shop = new CachedShop();
  expect((await shop.ask(query)).data).toEqual(expected);
  expect(shop.taken()).toEqual(["products", "stock(p1,p2)"]);
  shop.passSeconds(59);
  expect((await shop.ask(query)).data).toEqual(expected);
  expect(shop.taken()).toEqual([]);
  shop.passSeconds(1);
  expect((await shop.ask(query)).data).toEqual(expected);
  expect(shop.taken()).toEqual(["products", "stock(p1,p2)"]);
});

test.each([
  ["without the header nothing is kept", "", "no-store"],
  ["nor with one of directives that say nothing", "immutable, foo=1", "no-store"],
  ["nor with one that cannot be read", "max-age=soon", "no-store"],
  ["nor with no-store", "no-store", "no-store"],
  ["nor with a lifetime of nothing", "max-age=0", "max-age=0"],
  ["nor what would have to be asked about", "max-age=60, no-cache", "max-age=60,no-cache"],
  ["nor private data, where nothing tells callers apart", "private, max-age=60", "max-age=60,private"],
])("%s", async (_what, cacheControl, header) => {
  using shop = new CachedShop();
  shop.cacheControl = { all: cacheControl };
  expect((await shop.ask(query)).cacheControl).toBe(header);
  shop.taken();
  expect((await shop.ask(query)).data).toEqual(expected);
  expect(shop.taken()).toEqual(["products", "stock(p1,p2)"]);
});

test("the configured lifetime only fills in a missing one", async () => {
  using shop = new CachedShop("response_cache: { enabled: true, subgraph: { all: { ttl: 10s } } }");
  shop.cacheControl = { products: "public", stock: "public, max-age=20" };
  expect((await shop.ask(query)).cacheControl).toBe("max-age=10,public");
  shop.taken();
  shop.passSeconds(11);
  await shop.ask(query);
  expect(shop.taken()).toEqual(["products"]);
});

test("s-maxage goes before max-age, and Age counts", async () => {
  using shop = new CachedShop();
  shop.cacheControl = { all: "s-maxage=30, max-age=5" };
  shop.alter = (_call, _answer, headers) => headers.set("age", "10");
  expect((await shop.ask(query)).cacheControl).toBe("max-age=0,s-maxage=20");
  shop.taken();
  shop.passSeconds(19);
  await shop.ask(query);
  expect(shop.taken()).toEqual([]);
  shop.passSeconds(1);
  await shop.ask(query);
  expect(shop.taken()).toEqual(["products", "stock(p1,p2)"]);
});

test("the client is told the least of all that has a part in its answer", async () => {
  using shop = new CachedShop();
  shop.cacheControl = { products: "public, max-age=60", stock: "max-age=20" };
  expect((await shop.ask(query)).cacheControl).toBe("max-age=20,public");
  shop.passSeconds(15);
  expect((await shop.ask(query)).cacheControl).toBe("max-age=5,public");
  shop.cacheControl = { products: "public, max-age=60", stock: "private, max-age=20" };
  shop.passSeconds(5);
  expect((await shop.ask(query)).cacheControl).toBe("max-age=20,private");
});

test("an answer of no subgraph says nothing, one with errors is not to be stored", async () => {
  using shop = new CachedShop();
  expect((await shop.ask("{ __typename }")).cacheControl).toBeNull();
  shop.alter = ({ subgraph }) => (subgraph === "stock" ? new Response("", { status: 503 }) : undefined);
  expect((await shop.ask(query)).cacheControl).toBe("no-store");
});

test("each entity keeps its own lifetime, whoever is fetched beside it", async () => {
  using shop = new CachedShop();
  shop.cacheControl = { products: "no-store", stock: "max-age=60" };
  await shop.ask('{ product(upc: "p1") { inStock } }');
  shop.passSeconds(50);
  // The second one is new; it does not inherit the ten seconds that the first has left.
  expect((await shop.ask(query)).data).toEqual(expected);
  expect(shop.taken()).toEqual(["products", "stock(p1)", "products", "stock(p2)"]);
  shop.passSeconds(59);
  await shop.ask(query);
  expect(shop.taken()).toEqual(["products", "stock(p1)"]);
});

test("the header can be left out", async () => {
  using shop = new CachedShop(
    "response_cache: { enabled: true, include_cache_control_header_on_router_response: false, subgraph: { all: { ttl: 60s } } }",
  );
  expect((await shop.ask(query)).cacheControl).toBeNull();
  shop.taken();
  await shop.ask(query);
  expect(shop.taken()).toEqual([]);
});

test("one subgraph may be left alone, and still has a word in the header", async () => {
  using shop = new CachedShop(
    "response_cache: { enabled: true, subgraph: { all: { ttl: 60s }, subgraphs: { stock: { enabled: false } } } }",
  );
  shop.cacheControl = { products: "max-age=60", stock: "max-age=7" };
  await shop.ask(query);
  shop.taken();
  expect((await shop.ask(query)).cacheControl).toBe("max-age=7");
  expect(shop.taken()).toEqual(["stock(p1,p2)"]);
});
