import { describe, expect, test } from "bun:test";
import { EntityStore } from "../../router/src/entity-cache/store/entity-store.ts";
import { signDebugHeader } from "../../router/src/entity-cache/telling/debug-header.ts";
import { Ghost } from "../../router/src/entity-cache/telling/ghost.ts";
import { CachedShop } from "./support/cached-shop.ts";

const query = "{ topProducts(first: 2) { upc inStock } }";
const cacheYaml = (more = "") =>
  `response_cache: { enabled: true, subgraph: { all: { ttl: 60s } }${more && `, ${more}`} }`;

describe("reasons, for whoever holds the key", () => {
  const yaml = `${cacheYaml()}\nplugins: { mycelium.cache: { debug_key: very-secret } }`;
  const explain = async (shop: CachedShop, value: string) => {
    const { extensions } = await shop.ask(query, { headers: { "mycelium-cache-debug": value } });
    return extensions?.myceliumCache as
      | { status: string; verdicts: unknown[]; clampedBy?: unknown }
      | undefined;
  };
  const signed = (shop: CachedShop, seconds = 60) =>
    signDebugHeader("very-secret", Math.floor(shop.nowMs / 1_000) + seconds);

  test("each entity and root fetch has one", async () => {
    using shop = new CachedShop(yaml);
    shop.cacheControl = { products: "max-age=60", stock: "max-age=20" };
    expect(await explain(shop, signed(shop))).toEqual({
      status: "miss",
      verdicts: [
        { subgraph: "products", type: "Query", verdict: "miss", entities: 1 },
        { subgraph: "stock", type: "Product", verdict: "miss", entities: 2 },
      ],
      clampedBy: { subgraph: "stock", type: "Product" },
    });
    expect(await explain(shop, signed(shop))).toMatchObject({
      status: "hit",
      verdicts: [{ verdict: "hit" }, { verdict: "hit", entities: 2 }],
    });
    shop.passSeconds(30);
    expect(await explain(shop, signed(shop))).toMatchObject({ status: "partial" });
    // 30 of its 60 seconds are left to the root fetch: 40 new ones do not shorten that.
    shop.memory.store.section("stock", "Product").shelves.clear();
    shop.cacheControl = { products: "max-age=60", stock: "max-age=40" };
    expect((await explain(shop, signed(shop)))?.clampedBy).toEqual({ subgraph: "products", type: "Query" });
  });

  test.each([
    ["no-header", ""],
    ["no-store", "no-store"],
    ["no-lifetime", "max-age=0"],
    ["private-without-id", "private, max-age=9"],
  ])("such as %s", async (verdict, cacheControl) => {
    using shop = new CachedShop(yaml);
    shop.cacheControl = { all: cacheControl };
    expect(await explain(shop, signed(shop))).toMatchObject({ verdicts: [{ verdict }, { verdict }] });
  });

  test("nobody else is told", async () => {
    using shop = new CachedShop(yaml);
    const other = signDebugHeader("another", Math.floor(shop.nowMs / 1_000) + 60);
    for (const value of ["true", other, signed(shop, -1), `${signed(shop)}0`]) {
      expect(await explain(shop, value)).toBeUndefined();
    }
  });
});

describe("Apollo's debugger", () => {
  test("is told what was kept, how and why", async () => {
    using shop = new CachedShop(cacheYaml("debug: true"));
    const ask = async () => {
      const { extensions } = await shop.ask(query, { headers: { "apollo-cache-debugging": "true" } });
      return (extensions as { apolloCacheDebugging: { version: string; data: Record<string, unknown>[] } })
        .apolloCacheDebugging;
    };
    const { version, data } = await ask();
    expect(version).toBe("1.0");
    expect(data).toMatchObject([
      {
        kind: { rootFields: ["topProducts"] },
        source: "subgraph",
        subgraphName: "products",
        shouldStore: true,
      },
      {
        kind: { typename: "Product", entityKey: { upc: "p1" } },
        invalidationKeys: ["subgraph-stock", "type-stock-Product"],
        cacheControl: { maxAge: 60 },
        data: { data: { inStock: true } },
      },
      { kind: { typename: "Product", entityKey: { upc: "p2" } } },
    ]);
    expect((await ask()).data.map(({ source }) => source)).toEqual(["cache", "cache", "cache"]);
    expect((await shop.ask(query)).extensions).toBeUndefined();
  });

  test("is told nothing where it is off", async () => {
    using shop = new CachedShop();
    const { extensions } = await shop.ask(query, { headers: { "apollo-cache-debugging": "true" } });
    expect(extensions).toBeUndefined();
  });
});

describe("tags for a CDN", () => {
  const tagged = (more = "") => {
    const shop = new CachedShop(cacheYaml(`cdn_invalidation: { enabled: true${more} }`));
    shop.alter = ({ subgraph }, answer) => {
      if (subgraph === "products") answer.extensions = { apolloCacheTags: ["top", "a,b"] };
    };
    return shop;
  };
  const coarse = "subgraph-products,subgraph-stock,type-products-Query,type-stock-Product";

  test("from coarse to fine, on misses and hits alike", async () => {
    using shop = tagged();
    for (let round = 0; round < 4; round++)
      expect((await shop.ask(query)).headers.get("cache-tag")).toBe(`${coarse},top`);
  });

  test("what does not fit is left out, the finest first, or all of it", async () => {
    using shop = tagged(`, max_bytes: ${coarse.length}`);
    expect((await shop.ask(query)).headers.get("cache-tag")).toBe(coarse);
    using strict = tagged(`, header_name: X-Tags, max_bytes: 20, experimental_on_overflow: drop`);
    expect((await strict.ask(query)).headers.get("x-tags")).toBeNull();
  });
});

describe("mode: observe", () => {
  test("asks every subgraph, tells clients nothing, and counts what would have been hit", async () => {
    using shop = new CachedShop(`${cacheYaml()}\nplugins: { mycelium.cache: { mode: observe } }`);
    shop.cacheControl = { all: "" };
    for (let round = 0; round < 4; round++) {
      expect((await shop.ask(query)).cacheControl).toBeNull();
      expect(shop.taken()).toEqual(["products", "stock(p1,p2)"]);
    }
    expect(shop.memory.store.section("stock", "Product").counts).toEqual({ hits: 6, misses: 2 });
    expect(shop.memory.store.bytes).toBeLessThan(3_000);
  });

  test("finds how long entities stand, and what they would take", () => {
    const store = new EntityStore(0);
    const ghost = new Ghost();
    const section = store.section("stock", "Product");
    for (let entity = 0; entity < 100; entity++)
      ghost.observe(section, `key-${entity}`, { inStock: true }, 0);
    for (let entity = 0; entity < 100; entity++) {
      ghost.observe(section, `key-${entity}`, { inStock: false }, 30_000 + entity * 1_000);
    }
    const [figures] = ghost.figures(200_000);
    expect(figures).toMatchObject({ subgraph: "stock", type: "Product", hitRate: 0 });
    expect(figures!.lifetimeSeconds).toBeWithin(30, 60);
    expect(figures!.bytes).toBeWithin(30_000, 100_000);
  });
});

test("the planner learns how often a type's entities are there", async () => {
  using shop = new CachedShop();
  const cache = shop.router.pipeline.entityCache!;
  expect(cache.hitRate("stock", "Product")).toBeUndefined();
  for (let round = 0; round < 60; round++) await shop.ask(query);
  expect(cache.hitRate("stock", "Product")).toBeCloseTo(118 / 120, 5);
});

test("an answer that came from the cache as a whole is the same until something in it changes", async () => {
  using shop = new CachedShop();
  const first = (await shop.ask(query)).data;
  for (let round = 0; round < 5; round++) expect((await shop.ask(query)).data).toEqual(first);
  shop.data.inStock.p1 = false;
  await shop.router.pipeline.entityCache!.invalidate([{ kind: "subgraph", subgraph: "stock" }]);
  const second = (await shop.ask(query)).data;
  expect(second).toEqual({
    topProducts: [
      { upc: "p1", inStock: false },
      { upc: "p2", inStock: false },
    ],
  });
  for (let round = 0; round < 5; round++) expect((await shop.ask(query)).data).toEqual(second);
  shop.taken();
  shop.passSeconds(61);
  await shop.ask(query);
  expect(shop.taken()).toEqual(["products", "stock(p1,p2)"]);
});
