import { describe, expect, test } from "bun:test";
import { CachedShop } from "./support/cached-shop.ts";

const yaml = `response_cache:
  enabled: true
  invalidation: { listen: 127.0.0.1:4000, path: /invalidation }
  subgraph:
    all: { ttl: 60s, invalidation: { enabled: true, shared_key: secret } }
    subgraphs:
      stock: { invalidation: { enabled: true, shared_key: stock-secret, indexes: { type: false } } }`;
const query = "{ topProducts(first: 2) { upc inStock } }";

async function post(shop: CachedShop, body: unknown, key: string | null = "secret", method = "POST") {
  const answer = shop.router.pipeline.entityCache!.answerInvalidation!;
  const response = await answer(
    new Request("http://router/invalidation", {
      method,
      headers: key === null ? {} : { authorization: key },
      ...(method === "POST" && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    }),
  );
  return { status: response.status, body: await response.json() };
}

describe("the endpoint, as Apollo Router has it", () => {
  test("by subgraph, by type and by tag", async () => {
    using shop = new CachedShop(yaml);
    shop.alter = ({ subgraph }, answer) => {
      if (subgraph === "products") answer.extensions = { apolloCacheTags: ["top"] };
      if (subgraph === "stock") answer.extensions = { apolloEntityCacheTags: [["first"], ["second"]] };
    };
    await shop.ask(query);
    shop.taken();
    expect(await post(shop, [{ kind: "subgraph", subgraph: "stock" }])).toEqual({
      status: 202,
      body: { count: 2 },
    });
    await shop.ask(query);
    expect(shop.taken()).toEqual(["stock(p1,p2)"]);
    expect(await post(shop, [{ kind: "type", subgraph: "products", type: "Query" }])).toMatchObject({
      body: { count: 1 },
    });
    await shop.ask(query);
    expect(shop.taken()).toEqual(["products"]);
    const second = { kind: "cache_tag", subgraphs: ["stock", "products"], cache_tag: "second" };
    expect(await post(shop, [second])).toMatchObject({ body: { count: 1 } });
    await shop.ask(query);
    expect(shop.taken()).toEqual(["stock(p2)"]);
    expect(
      await post(shop, [{ kind: "cache_tag", subgraphs: ["products"], cache_tag: "top" }]),
    ).toMatchObject({
      body: { count: 1 },
    });
  });

  test.each([
    ["no key", [], null, 401],
    ["a wrong key", [{ kind: "subgraph", subgraph: "stock" }], "wrong", 401],
    ["another subgraph's key", [{ kind: "subgraph", subgraph: "products" }], "stock-secret", 401],
    ["no JSON", "[", "secret", 400],
    ["no list", { kind: "subgraph", subgraph: "stock" }, "secret", 400],
    ["an unknown kind", [{ kind: "entity", subgraph: "stock", type: "Product", key: {} }], "secret", 400],
    ["an unknown key", [{ kind: "subgraph", subgraph: "stock", type: "Product" }], "secret", 400],
    ["a missing key", [{ kind: "type", subgraph: "stock" }], "secret", 400],
    ["a kind that is not indexed", [{ kind: "type", subgraph: "stock", type: "Product" }], "secret", 400],
  ])("refused: %s", async (_what, body, key, status) => {
    using shop = new CachedShop(yaml);
    await shop.ask(query);
    shop.taken();
    const answer = await post(shop, body, key);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ errors: [{ message: expect.any(String) }] });
    await shop.ask(query);
    expect(shop.taken()).toEqual([]);
  });

  test("a subgraph's own key is enough for it, and other methods are not allowed", async () => {
    using shop = new CachedShop(yaml);
    expect((await post(shop, [{ kind: "subgraph", subgraph: "stock" }], "stock-secret")).status).toBe(202);
    expect((await post(shop, undefined, "secret", "GET")).status).toBe(405);
  });

  test("it is not there unless it is wanted", () => {
    using shop = new CachedShop();
    expect(shop.router.pipeline.entityCache!.answerInvalidation).toBeUndefined();
  });
});

describe("the older form", () => {
  const older = `preview_entity_cache:
  enabled: true
  invalidation: { listen: 127.0.0.1:4000, path: /invalidation }
  subgraph: { all: { ttl: 60s, invalidation: { enabled: true, shared_key: secret } } }`;

  test("takes single entities, and no tags", async () => {
    using shop = new CachedShop(older);
    await shop.ask(query);
    shop.taken();
    const entity = { kind: "entity", subgraph: "stock", type: "Product", key: { upc: "p2" } };
    expect(await post(shop, [entity])).toEqual({ status: 202, body: { count: 1 } });
    await shop.ask(query);
    expect(shop.taken()).toEqual(["stock(p2)"]);
    const tag = { kind: "cache_tag", subgraphs: ["stock"], cache_tag: "second" };
    expect((await post(shop, [tag])).status).toBe(400);
  });
});

describe("nothing stale after an invalidation", () => {
  test("not by a fetch that began before it", async () => {
    using shop = new CachedShop(yaml);
    const { promise, resolve } = Promise.withResolvers<void>();
    shop.alter = async ({ subgraph }) => {
      if (subgraph === "stock") await promise;
    };
    const early = shop.ask(query);
    while (shop.calls.length < 2) await Bun.sleep(1);
    shop.data.inStock.p1 = false;
    expect((await post(shop, [{ kind: "subgraph", subgraph: "stock" }])).status).toBe(202);
    const late = shop.ask(query);
    while (shop.calls.length < 3) await Bun.sleep(1);
    resolve();
    // Who came after it did not wait for what had begun before.
    expect((await late).data).toMatchObject({ topProducts: [{ inStock: false }, {}] });
    await early;
    expect((await shop.ask(query)).data).toMatchObject({ topProducts: [{ inStock: false }, {}] });
    expect(shop.taken()).toEqual(["products", "stock(p1,p2)", "stock(p1,p2)"]);
  });

  test("not by sharing a request to the subgraph that began before it", async () => {
    using shop = new CachedShop(`${yaml}\ntraffic_shaping: { all: { deduplicate_query: true } }`);
    shop.cacheControl = { all: "no-store" };
    const { promise, resolve } = Promise.withResolvers<void>();
    shop.alter = async ({ subgraph }) => {
      if (subgraph === "stock") await promise;
    };
    const early = shop.ask(query);
    while (shop.calls.length < 2) await Bun.sleep(1);
    shop.data.inStock.p1 = false;
    await post(shop, [{ kind: "subgraph", subgraph: "stock" }]);
    const late = shop.ask(query);
    while (shop.calls.length < 4) await Bun.sleep(1);
    resolve();
    expect((await late).data).toMatchObject({ topProducts: [{ inStock: false }, {}] });
    await early;
  });

  test("a fetch of something else is kept all the same", async () => {
    using shop = new CachedShop(yaml);
    const { promise, resolve } = Promise.withResolvers<void>();
    shop.alter = async ({ subgraph }) => {
      if (subgraph === "stock") await promise;
    };
    const early = shop.ask(query);
    while (shop.calls.length < 2) await Bun.sleep(1);
    await post(shop, [{ kind: "type", subgraph: "reviews", type: "Product" }]);
    resolve();
    await early;
    shop.taken();
    await shop.ask(query);
    expect(shop.taken()).toEqual([]);
  });
});

describe("tags of the schema", () => {
  test("@cacheTag with arguments and key fields", async () => {
    const supergraphEdit = (sdl: string) =>
      sdl
        .replace(
          /product\(upc: String!\): Product/,
          '$& @join__directive(graphs: [PRODUCTS], name: "federation__cacheTag", args: {format: "product-{$args.upc}"})',
        )
        .replace(
          /type Product\s/,
          'type Product @join__directive(graphs: [STOCK], name: "federation__cacheTag", args: {format: "stock-{$key.upc}"}) ',
        );
    using shop = new CachedShop(yaml, { supergraphEdit });
    const one = (upc: string) =>
      shop.ask(`query Q($u: String!) { product(upc: $u) { inStock } }`, { variables: { u: upc } });
    await one("p1");
    await one("p2");
    shop.taken();
    const byTag = (subgraph: string, tag: string) =>
      post(shop, [{ kind: "cache_tag", subgraphs: [subgraph], cache_tag: tag }]);
    expect((await byTag("products", "product-p1")).body).toEqual({ count: 1 });
    await one("p1");
    await one("p2");
    expect(shop.taken()).toEqual(["products"]);
    expect((await byTag("stock", "stock-p2")).body).toEqual({ count: 1 });
    await one("p1");
    await one("p2");
    expect(shop.taken()).toEqual(["stock(p2)"]);
  });
});

describe("events of the platform", () => {
  test("make untrue what the configuration says", async () => {
    using shop = new CachedShop(`response_cache: { enabled: true, subgraph: { all: { ttl: 60s } } }
plugins:
  mycelium.cache:
    events:
      stock.counted: [{ subgraph: stock, type: Product, key: { upc: payload.sku } }]
      catalogue.printed: [{ subgraph: products }, { subgraph: stock, cache_tag: "page-{payload.page}" }]`);
    shop.alter = ({ subgraph, variables }, answer) => {
      if (subgraph !== "stock") return;
      const asked = variables.representations as { upc: string }[];
      answer.extensions = { apolloEntityCacheTags: asked.map(({ upc }) => [`page-${upc.slice(1)}`]) };
    };
    const cache = shop.router.pipeline.entityCache!;
    await shop.ask(query);
    shop.taken();
    expect(await cache.handleEvent({ type: "stock.counted", payload: { sku: "p1" } })).toBe(1);
    await shop.ask(query);
    expect(shop.taken()).toEqual(["stock(p1)"]);
    expect(await cache.handleEvent({ type: "something.else" })).toBe(0);
    expect(await cache.handleEvent({ type: "catalogue.printed", payload: { page: 2 } })).toBe(2);
    await shop.ask(query);
    expect(shop.taken()).toEqual(["products", "stock(p2)"]);
  });
});
