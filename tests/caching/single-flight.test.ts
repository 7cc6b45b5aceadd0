import { expect, test } from "bun:test";
import { CachedShop } from "./support/cached-shop.ts";

const query = "{ topProducts(first: 2) { upc inStock } }";

/** Holds back a subgraph's answers until told. */
function hold(shop: CachedShop, subgraph: string): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  shop.alter = async (call) => {
    if (call.subgraph === subgraph) await promise;
  };
  return resolve;
}

test("a hundred equal requests on a cold cache reach each subgraph once", async () => {
  using shop = new CachedShop();
  const answers = await Promise.all(Array.from({ length: 100 }, () => shop.ask(query)));
  expect(shop.taken()).toEqual(["products", "stock(p1,p2)"]);
  for (const { data } of answers) expect(data).toEqual(answers[0]!.data);
});

test("different requests share what they have in common", async () => {
  using shop = new CachedShop();
  await shop.ask("{ topProducts(first: 2) { upc } a: topProducts(first: 3) { upc } }");
  shop.taken();
  shop.cacheControl = { all: "max-age=60", products: "no-store" };
  const release = hold(shop, "stock");
  const all = [
    shop.ask("{ topProducts(first: 2) { upc inStock } }"),
    shop.ask("{ topProducts(first: 3) { upc inStock } }"),
  ];
  while (shop.calls.length < 4) await Bun.sleep(1);
  release();
  await Promise.all(all);
  const entities = shop.taken().filter((call) => call.startsWith("stock"));
  expect(entities.sort()).toEqual(["stock(p1,p2)", "stock(p3)"]);
});

test("what comes back unfit to be kept is asked for by everybody, and nobody waits a second time", async () => {
  using shop = new CachedShop();
  shop.cacheControl = { all: "no-store" };
  const answers = await Promise.all([shop.ask(query), shop.ask(query)]);
  for (const { data } of answers) expect(data).toEqual(answers[0]!.data);
  expect(shop.taken().length).toBe(4);
});

test("private data is not shared by waiting for it", async () => {
  using shop = new CachedShop(`response_cache: { enabled: true, subgraph: { all: { ttl: 60s } } }
plugins: { mycelium.cache: { private_id: { header: x-user } } }
headers: { all: { request: [{ propagate: { named: x-user } }] } }`);
  shop.cacheControl = { users: "private, max-age=60" };
  shop.alter = ({ headers }, answer) => {
    (answer.data as { me: { name: string } }).me.name = headers.get("x-user")!;
  };
  const users = Array.from({ length: 20 }, (_, index) => `user-${index % 5}`);
  const answers = await Promise.all(
    users.map((user) => shop.ask("{ me { name } }", { headers: { "x-user": user } })),
  );
  expect(answers.map(({ data }) => (data as { me: { name: string } }).me.name)).toEqual(users);
});

test("stale-while-revalidate: one refresh, and nobody waits for it", async () => {
  using shop = new CachedShop();
  shop.cacheControl = { all: "max-age=10, stale-while-revalidate=20" };
  const before = (await shop.ask(query)).data;
  shop.taken();
  shop.data.inStock.p1 = false;
  shop.passSeconds(15);
  const release = hold(shop, "stock");
  const stale = await Promise.all(Array.from({ length: 10 }, () => shop.ask(query)));
  for (const { data, cacheControl } of stale) {
    expect(data).toEqual(before);
    expect(cacheControl).toBe("max-age=0,stale-while-revalidate=20");
  }
  release();
  while ((await shop.ask(query)).cacheControl?.startsWith("max-age=0,")) await Bun.sleep(1);
  expect(shop.taken()).toEqual(["products", "stock(p1,p2)"]);
  const { data } = await shop.ask(query);
  expect(data).toEqual({
    topProducts: [
      { upc: "p1", inStock: false },
      { upc: "p2", inStock: false },
    ],
  });
  shop.passSeconds(31);
  shop.alter = undefined;
  await shop.ask(query);
  expect(shop.taken()).toEqual(["products", "stock(p1,p2)"]);
});

test("stale-if-error: a dead subgraph's entities are served, as long as it allowed", async () => {
  using shop = new CachedShop();
  shop.cacheControl = { products: "no-store", stock: "max-age=10, stale-if-error=60" };
  const { data } = await shop.ask(query);
  shop.passSeconds(30);
  shop.alter = ({ subgraph }) => (subgraph === "stock" ? new Response("", { status: 503 }) : undefined);
  const rescued = await shop.ask(query);
  expect(rescued.data).toEqual(data);
  expect(rescued.errors).toBeUndefined();
  shop.passSeconds(60);
  const lost = await shop.ask(query);
  expect(lost.errors).not.toBeUndefined();
  shop.alter = undefined;
  shop.cacheControl = { products: "no-store", stock: "max-age=10, stale-if-error=60, must-revalidate" };
  await shop.ask(query);
  shop.passSeconds(30);
  shop.alter = ({ subgraph }) => (subgraph === "stock" ? new Response("", { status: 503 }) : undefined);
  expect((await shop.ask(query)).errors).not.toBeUndefined();
});
