import { expect, test } from "bun:test";
import { CachedShop } from "./support/cached-shop.ts";

const query = "{ topProducts(first: 2) { upc inStock } }";
const all = ["products", "stock(p1,p2)"];
const caching = "response_cache: { enabled: true, subgraph: { all: { ttl: 60s } } }";
const forwarding = `${caching}
headers: { all: { request: [{ propagate: { named: cache-control } }] } }`;

test("no-cache asks the subgraphs, and keeps what they say", async () => {
  using shop = new CachedShop(forwarding);
  await shop.ask(query);
  shop.data.inStock.p1 = false;
  shop.taken();
  const { data } = await shop.ask(query, { headers: { "cache-control": "no-cache" } });
  expect(data).toEqual({
    topProducts: [
      { upc: "p1", inStock: false },
      { upc: "p2", inStock: false },
    ],
  });
  expect(shop.taken()).toEqual(all);
  expect((await shop.ask(query)).data).toEqual(data);
  expect(shop.taken()).toEqual([]);
});

test("no-store takes what is there, and keeps nothing new", async () => {
  using shop = new CachedShop(forwarding);
  const headers = { "cache-control": "no-store" };
  expect((await shop.ask(query, { headers })).cacheControl).toBe("no-store");
  expect(shop.taken()).toEqual(all);
  await shop.ask(query);
  expect(shop.taken()).toEqual(all);
  expect((await shop.ask(query, { headers })).data).toEqual((await shop.ask(query)).data);
  expect(shop.taken()).toEqual([]);
});

test("both together pass the cache by", async () => {
  using shop = new CachedShop(forwarding);
  await shop.ask(query);
  const { cacheControl } = await shop.ask(query, { headers: { "cache-control": "no-cache, no-store" } });
  expect(cacheControl).toBe("no-store");
  expect(shop.taken()).toEqual([...all, ...all]);
});

test("it is the subgraph's request that counts, as with Apollo Router", async () => {
  using shop = new CachedShop(caching);
  await shop.ask(query);
  shop.taken();
  await shop.ask(query, { headers: { "cache-control": "no-cache" } });
  expect(shop.taken()).toEqual([]);
});

test("one that cannot be read is an error", async () => {
  using shop = new CachedShop(forwarding);
  const { data, errors } = await shop.ask(query, { headers: { "cache-control": "max-age=soon" } });
  expect(data).toBeNull();
  expect(errors).toMatchObject([{ extensions: { code: "INVALID_CACHE_CONTROL_HEADER" } }]);
  expect(shop.taken()).toEqual([]);
});

test("answers that vary with a header are kept for each of its values", async () => {
  using shop = new CachedShop(`${caching}
headers: { all: { request: [{ propagate: { named: accept-language } }] } }`);
  shop.alter = ({ subgraph, headers: sent }, answer, headers) => {
    if (subgraph !== "products") return;
    headers.set("vary", "Accept-Language, Accept-Encoding");
    for (const product of (answer.data as { topProducts: { name: string }[] }).topProducts)
      product.name = `${sent.get("accept-language")} ${product.name}`;
  };
  const names = async (language: string) => {
    const { data } = await shop.ask("{ topProducts(first: 1) { name } }", {
      headers: { "accept-language": language },
    });
    return (data as { topProducts: { name: string }[] }).topProducts[0]!.name;
  };
  expect(await names("de")).toBe("de Product 1");
  expect(await names("fr")).toBe("fr Product 1");
  expect(shop.taken()).toEqual(["products", "products"]);
  expect(await names("de")).toBe("de Product 1");
  expect(await names("fr")).toBe("fr Product 1");
  expect(shop.taken()).toEqual([]);
});

test("answers that vary with everything are not kept", async () => {
  using shop = new CachedShop();
  shop.alter = (_call, _answer, headers) => headers.set("vary", "*");
  await shop.ask(query);
  shop.taken();
  await shop.ask(query);
  expect(shop.taken()).toEqual(all);
});
