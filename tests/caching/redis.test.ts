import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { hasRedisServer, type RedisServer, startRedis } from "../support/redis-server.ts";
import { CachedShop } from "./support/cached-shop.ts";

const query = "{ topProducts(first: 2) { upc inStock } }";
const all = ["products", "stock(p1,p2)"];
const patienceMs = 15_000;
setDefaultTimeout(30_000);

async function until(isTrue: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadlineMs = performance.now() + patienceMs;
  while (!(await isTrue())) {
    if (performance.now() > deadlineMs) throw new Error(`it did not come true: ${what}`);
    await Bun.sleep(2);
  }
}

describe.skipIf(!hasRedisServer)("two routers with one Redis", () => {
  let server: RedisServer;
  let here: CachedShop;
  let there: CachedShop;
  let round = 0;
  let yamlOfRound = "";
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  async function open(more = ""): Promise<void> {
    const yaml = `response_cache:
  enabled: true
  invalidation: { listen: 127.0.0.1:4000, path: /invalidation }
  subgraph:
    all:
      ttl: 60s
      redis: { urls: ["${server.url}"], namespace: "round-${round++}", pool_size: 1, fetch_timeout: 5s, insert_timeout: 5s, invalidate_timeout: 5s }
      invalidation: { enabled: true, shared_key: secret }
${more}`;
    yamlOfRound = yaml;
    const nowMs = Date.now();
    here = new CachedShop(yaml, { nowMs });
    there = new CachedShop(yaml, { nowMs, data: here.data });
    await Promise.all([here, there].map((shop) => until(() => keeps(shop), "it hears what is invalidated")));
    for (const shop of [here, there]) shop.taken();
  }
  beforeEach(() => open());
  const closing = () => {
    for (const shop of [here, there]) shop[Symbol.dispose]();
  };

  /** While Redis is not heard nothing is served from memory. */
  async function keeps(shop: CachedShop): Promise<boolean> {
    await shop.ask("{ me { id } }");
    shop.taken();
    await shop.ask("{ me { id } }");
    return shop.taken().length === 0;
  }

  const invalidate = async (shop: CachedShop, ...list: unknown[]) => {
    const request = new Request("http://router/", {
      method: "POST",
      headers: { authorization: "secret" },
      body: JSON.stringify(list),
    });
    const response = await shop.router.pipeline.entityCache!.answerInvalidation!(request);
    return { status: response.status, body: await response.json() };
  };
  const subgraph = { kind: "subgraph", subgraph: "stock" };
  const written = () => until(async () => (await sizeOf(here)) >= 3, "it stands in Redis");
  const sizeOf = async (shop: CachedShop) => {
    const names = (
      await Bun.$`redis-cli -p ${server.port} --raw KEYS ${`round-${round - 1}:mycelium:cache:1:e:*`}`.text()
    ).trim();
    expect(shop.router).toBeDefined();
    return names === "" ? 0 : names.split("\n").length;
  };

  test("what one has asked the other needs not ask, in other forms too", async () => {
    const { data } = await here.ask("{ topProducts(first: 2) { upc name inStock } }");
    await written();
    expect((await there.ask("{ topProducts(first: 2) { upc name inStock } }")).data).toEqual(data);
    expect((await there.ask("{ topProducts(first: 2) { n: name s: inStock } }")).data).toEqual({
      topProducts: [
        { n: "Product 1", s: true },
        { n: "Product 2", s: false },
      ],
    });
    expect(there.taken()).toEqual([]);
    closing();
  });

  test("an invalidation reaches the other's memory, and what stands in Redis", async () => {
    await here.ask(query);
    await written();
    await there.ask(query);
    expect(there.taken()).toEqual([]);
    here.data.inStock.p1 = false;
    expect(await invalidate(here, subgraph)).toEqual({ status: 202, body: { count: 2 } });
    const startedMs = performance.now();
    await until(async () => {
      const { data } = await there.ask(query);
      return (data as { topProducts: { inStock: boolean }[] }).topProducts[0]!.inStock === false;
    }, "the other has heard it");
    expect(performance.now() - startedMs).toBeLessThan(2_000);
    expect(here.memory.log.now).toBeGreaterThan(0);
    here.taken();
    expect((await here.ask(query)).data).toMatchObject({ topProducts: [{ inStock: false }, {}] });
    closing();
  });

  test("by type and by tag", async () => {
    const alter: CachedShop["alter"] = ({ subgraph: name }, answer) => {
      if (name === "stock") answer.extensions = { apolloEntityCacheTags: [["first"], ["second"]] };
    };
    here.alter = alter;
    there.alter = alter;
    await here.ask(query);
    await written();
    const tag = { kind: "cache_tag", subgraphs: ["stock"], cache_tag: "second" };
    expect((await invalidate(there, tag)).body).toEqual({ count: 1 });
    await until(() => here.memory.log.now > 0, "the other has heard it");
    here.taken();
    await here.ask(query);
    expect(here.taken()).toEqual(["stock(p2)"]);
    expect((await invalidate(there, { kind: "type", subgraph: "products", type: "Query" })).body).toEqual({
      count: 1,
    });
    closing();
  });

  test("a fetch that began before an invalidation elsewhere leaves nothing behind", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    here.alter = async ({ subgraph: name }) => {
      if (name === "stock") await promise;
    };
    const early = here.ask(query);
    await until(() => here.calls.length === 2, "it is under way");
    here.data.inStock.p1 = false;
    expect((await invalidate(there, subgraph)).status).toBe(202);
    resolve();
    await early;
    for (const shop of [there, here]) {
      expect((await shop.ask(query)).data).toMatchObject({ topProducts: [{ inStock: false }, {}] });
    }
    closing();
  });

  test("private data is each caller's own, in Redis too", async () => {
    closing();
    await open("plugins: { mycelium.cache: { private_id: { header: x-user } } }");
    for (const shop of [here, there]) shop.cacheControl = { all: "private, max-age=60" };
    const ask = (shop: CachedShop, user: string) =>
      shop.ask("{ me { name } }", { headers: { "x-user": user } });
    await ask(here, "ada");
    await until(async () => (await sizeOf(here)) >= 2, "it stands in Redis");
    await ask(there, "bob");
    expect(there.taken()).toEqual(["users"]);
    await ask(there, "ada");
    expect(there.taken()).toEqual([]);
    closing();
  });

  test("Redis dies: all is passed through; it returns: all is as before, and nothing is stale", async () => {
    await here.ask(query);
    await server.kill();
    await until(async () => {
      here.taken();
      await here.ask(query);
      return here.taken().length === 2;
    }, "it is passed through");
    expect((await invalidate(here, subgraph)).status).toBe(400);
    here.data.inStock.p1 = false;
    const { data, errors } = await here.ask(query);
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({ topProducts: [{ inStock: false }, {}] });
    await server.start();
    await until(() => keeps(here), "it is cached again");
    expect((await here.ask(query)).data).toMatchObject({ topProducts: [{ inStock: false }, {}] });
    here.taken();
    await here.ask(query);
    expect(here.taken()).toEqual([]);
    expect((await invalidate(here, subgraph)).status).toBe(202);
    closing();
  });

  test("a reload keeps what is kept, and misses no invalidation", async () => {
    await here.ask(query);
    await written();
    const reloading = here;
    here.data.inStock.p1 = false;
    reloading.reload(yamlOfRound);
    expect((await invalidate(there, subgraph)).status).toBe(202);
    await until(() => keeps(reloading), "it hears again");
    expect((await reloading.ask(query)).data).toMatchObject({ topProducts: [{ inStock: false }, {}] });
    expect(reloading.taken()).toEqual(["stock(p1,p2)"]);
    closing();
  });

  test("whatever stands in Redis may be anybody's", async () => {
    await here.ask(query);
    await written();
    const names = (await Bun.$`redis-cli -p ${server.port} --raw KEYS ${`round-${round - 1}:*:e:*`}`.text())
      .trim()
      .split("\n");
    const junk = [
      "",
      "[",
      "{}",
      '[{"f":1}]',
      '[{"f":"x","p":"0-0","d":{},"c":{"createdMs":"x","flags":[]}}]',
    ];
    for (const [at, name] of names.entries()) {
      await Bun.$`redis-cli -p ${server.port} SET ${name} ${junk[at % junk.length]}`.quiet();
    }
    const { data, errors } = await there.ask(query);
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({ topProducts: [{ inStock: true }, { inStock: false }] });
    expect(there.taken()).toEqual(all);
    closing();
  });
});
