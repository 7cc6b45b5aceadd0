import { expect, test } from "bun:test";
import { CachedShop } from "./support/cached-shop.ts";

const withHeader = `response_cache: { enabled: true, subgraph: { all: { ttl: 60s } } }
plugins: { mycelium.cache: { private_id: { header: x-user } } }`;
const query = "{ me { name email } }";

test("private data is kept for each caller", async () => {
  using shop = new CachedShop(withHeader);
  shop.cacheControl = { users: "private, max-age=60" };
  shop.alter = ({ headers }, answer) => {
    (answer.data as { me: { name: string } }).me.name = headers.get("x-user") ?? "nobody";
  };
  const ask = (user?: string) => shop.ask(query, { headers: user === undefined ? {} : { "x-user": user } });
  await ask("ada");
  await ask("bob");
  expect(shop.taken()).toEqual(["users", "users"]);
  expect((await ask("ada")).cacheControl).toBe("max-age=60,private");
  await ask("bob");
  expect(shop.taken()).toEqual([]);
  await ask();
  await ask();
  expect(shop.taken()).toEqual(["users", "users"]);
});

test("what is public is shared by all of them", async () => {
  using shop = new CachedShop(withHeader);
  await shop.ask(query, { headers: { "x-user": "ada" } });
  shop.taken();
  await shop.ask(query, { headers: { "x-user": "bob" } });
  await shop.ask(query);
  expect(shop.taken()).toEqual([]);
});

test("a subgraph may have a private id of its own", async () => {
  using shop = new CachedShop(`response_cache: { enabled: true, subgraph: { all: { ttl: 60s } } }
plugins: { mycelium.cache: { private_ids: { users: { header: x-user } } } }`);
  shop.cacheControl = { all: "private, max-age=60" };
  const both = "{ me { name reviews { id } } }";
  const ask = () => shop.ask(both, { headers: { "x-user": "ada" } });
  await ask();
  shop.taken();
  await ask();
  expect(shop.taken()).toEqual(["reviews(1)"]);
});
