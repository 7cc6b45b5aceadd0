import { afterEach, describe, expect, test } from "bun:test";
import { readSamples } from "../../router/src/telemetry/test-support/prometheus-samples.ts";
import { hasRedisServer, type RedisServer, startRedis } from "../support/redis-server.ts";
import { Load } from "./support/load.ts";
import { answerProducts, openMarket, passthrough, priceQuery } from "./support/market.ts";
import { failToStart, type RouterProcess, startRouter } from "./support/router-process.ts";
import { answerReviews, answerUsers, compose, meAnswer, meQuery, openShop } from "./support/shop.ts";
import { type AnswerCall, Subgraph } from "./support/subgraph.ts";

const shop = openShop();
afterEach(() => shop.reset());

const yaml = (redis = "") => `response_cache:
  enabled: true
  invalidation: { listen: 127.0.0.1:0, path: /invalidation }
  subgraph: { all: { ttl: 60s, invalidation: { enabled: true, shared_key: secret }${redis} } }
telemetry:
  exporters: { metrics: { prometheus: { enabled: true, listen: 127.0.0.1:0 } } }`;

/** Both subgraphs say how long. */
function cacheable(): void {
  const lasting =
    (answer: AnswerCall): AnswerCall =>
    async (call) => {
      const response = await answer(call);
      response.headers.set("cache-control", "max-age=60");
      return response;
    };
  shop.users.answer = lasting(answerUsers);
  shop.reviews.answer = lasting(answerReviews);
}

function calls(): number {
  return shop.users.calls.splice(0).length + shop.reviews.calls.splice(0).length;
}

function invalidate(router: RouterProcess, body: unknown, key = "secret"): Promise<Response> {
  return fetch(router.invalidationUrl, {
    method: "POST",
    headers: { authorization: key },
    body: JSON.stringify(body),
  });
}

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + 15_000;
  while (!(await isTrue())) {
    if (performance.now() > deadlineMs) throw new Error("it did not come true");
    await Bun.sleep(5);
  }
}

const isCached = async (router: RouterProcess) => {
  await router.query(meQuery);
  calls();
  expect(await router.query(meQuery)).toEqual(meAnswer);
  return calls() === 0;
};

test("hits and misses are counted by type and subgraph", async () => {
  cacheable();
  const counted = `${yaml()}
  instrumentation:
    instruments:
      cache:
        apollo.router.response.cache:
          attributes: { graphql.type.name: true, subgraph.name: { subgraph_name: true } }`;
  await using router = await startRouter({ supergraph: shop.supergraph, yaml: counted });
  for (const _ of ["missed", "found", "found"]) expect(await router.query(meQuery)).toEqual(meAnswer);
  const metrics = await (await fetch(router.metricsUrl)).text();
  const samples = readSamples(metrics).filter(({ name }) => name === "apollo_router_response_cache_total");
  expect(
    samples.map(({ labels, value }) => [
      labels.subgraph_name,
      labels.graphql_type_name,
      labels.cache_hit,
      value,
    ]),
  ).toEqual([
    ["users", "Query", "false", 1],
    ["reviews", "User", "false", 1],
    ["users", "Query", "true", 2],
    ["reviews", "User", "true", 2],
  ]);
});

test("a router keeps entities, over a reload too, until they are invalidated", async () => {
  cacheable();
  await using router = await startRouter({ supergraph: shop.supergraph, yaml: yaml() });
  const response = await router.post(meQuery);
  expect(response.headers.get("cache-control")).toBe("max-age=60");
  expect(calls()).toBe(2);
  expect(await router.query(meQuery)).toEqual(meAnswer);
  expect(calls()).toBe(0);

  router.signal("SIGHUP");
  await router.logged("reloaded configuration");
  expect(await router.query(meQuery)).toEqual(meAnswer);
  expect(calls()).toBe(0);

  expect((await invalidate(router, [{ kind: "subgraph", subgraph: "reviews" }], "wrong")).status).toBe(401);
  const invalidated = await invalidate(router, [{ kind: "type", subgraph: "reviews", type: "User" }]);
  expect(invalidated.status).toBe(202);
  expect(await invalidated.json()).toEqual({ count: 1 });
  expect(await router.query(meQuery)).toEqual(meAnswer);
  expect(calls()).toBe(1);

  const metrics = await (await fetch(router.metricsUrl)).text();
  expect(metrics).toContain("apollo_router_operations_response_cache_invalidation_entry");
  expect(metrics).toMatch(/mycelium_cache_verdicts\w*\{[^}]*verdict="hit"/);
  expect(metrics).toMatch(/apollo_router_cache_size\w*\{[^}]*kind="response cache"/);
});

test("several workers would each invalidate for themselves: refused without Redis", async () => {
  const { exitCode, stderr } = await failToStart({
    supergraph: shop.supergraph,
    yaml: yaml().replaceAll("127.0.0.1:0", "127.0.0.1:26001"),
    flags: ["--workers", "2"],
  });
  expect(exitCode).not.toBe(0);
  expect(stderr).toContain("invalidate");
});

describe.skipIf(!hasRedisServer)("with Redis", () => {
  const sharedYaml = ({ url }: RedisServer) =>
    yaml(`, redis: { urls: ["${url}"], invalidate_timeout: 5s, insert_timeout: 5s }`);

  test("two routers share entities and invalidations; Redis may die under load and come back", async () => {
    cacheable();
    await using server = await startRedis();
    const shared = sharedYaml(server);
    await using here = await startRouter({ supergraph: shop.supergraph, yaml: shared });
    await using there = await startRouter({ supergraph: shop.supergraph, yaml: shared });
    await until(() => isCached(here));
    await until(() => isCached(there));

    expect((await invalidate(here, [{ kind: "subgraph", subgraph: "reviews" }])).status).toBe(202);
    calls();
    await until(async () => {
      await there.query(meQuery);
      return calls() > 0;
    });

    const loads = [new Load(here, 4), new Load(there, 4)];
    const answered = async (more: number) => {
      const before = loads.map((load) => load.answered);
      await until(async () => loads.every((load, index) => load.answered >= before[index]! + more));
    };
    await answered(50);
    await server.kill();
    await answered(50);
    await server.start();
    await answered(50);
    const results = await Promise.all(loads.map((load) => load.stop()));
    expect(results.flatMap(({ failures }) => failures)).toEqual([]);
    await until(() => isCached(here));
    expect((await invalidate(here, [{ kind: "subgraph", subgraph: "users" }])).status).toBe(202);
  }, 60_000);

  test("an invalidation reaches the other router's memory within 100 ms, at the median of eleven", async () => {
    cacheable();
    await using server = await startRedis();
    const shared = sharedYaml(server);
    await using here = await startRouter({ supergraph: shop.supergraph, yaml: shared });
    await using there = await startRouter({ supergraph: shop.supergraph, yaml: shared });
    const elapsed: number[] = [];
    for (let round = 0; round < 11; round++) {
      await until(() => isCached(there));
      const startedMs = performance.now();
      expect((await invalidate(here, [{ kind: "subgraph", subgraph: "reviews" }])).status).toBe(202);
      while (calls() === 0) await there.query(meQuery);
      elapsed.push(performance.now() - startedMs);
    }
    elapsed.sort((one, other) => one - other);
    console.log(
      `invalidated here, gone there: ${elapsed[5]?.toFixed(1)} ms at the median, ${elapsed[10]?.toFixed(1)} at most`,
    );
    expect(elapsed[5]).toBeLessThan(100);
  });

  test("a router that needs it does not start without it", async () => {
    const { exitCode, stderr } = await failToStart({
      supergraph: shop.supergraph,
      yaml: yaml(`, redis: { urls: ["redis://127.0.0.1:1"], required_to_start: true }`),
    });
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain("Redis");
  });
});

/** Answers for all items at once, for a minute where it says so. */
function itemSubgraph(name: string, fields: string, cacheControl?: string): Subgraph {
  return new Subgraph({
    name,
    sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])
      ${name === "shop" ? "type Query { item(id: ID!): Item }" : ""}
      type Item @key(fields: "id") { id: ID! ${fields} }`,
    answer({ variables }) {
      const itemOf = ({ id }: { id: string }) => ({
        __typename: "Item",
        id,
        name: "n",
        nick: "k",
        stock: 1,
        shelf: "s",
      });
      const asked = variables.representations as { id: string }[] | undefined;
      const data = asked
        ? { _entities: asked.map(itemOf) }
        : { item: itemOf({ id: String(Object.values(variables)[0]) }) };
      return Response.json({ data }, cacheControl ? { headers: { "cache-control": cacheControl } } : {});
    },
  });
}

test("plans take the way that is likely cached, once the rates show one", async () => {
  await using all = itemSubgraph("all", "name: String @shareable stock: Int @shareable", "no-store");
  await using names = itemSubgraph("names", "name: String @shareable nick: String", "max-age=60");
  await using stocks = itemSubgraph("stocks", "stock: Int @shareable shelf: String", "max-age=60");
  await using items = itemSubgraph("shop", "", "max-age=60");
  await using router = await startRouter({
    supergraph: compose([all, names, stocks, items]),
    yaml: `${yaml()}\nplugins: { mycelium.cache: { plans_prefer_cached: true } }`,
  });
  const ask = (fields: string, id: number) => router.query(`{ item(id: "${id}") { ${fields} } }`);
  expect(await ask("name stock", 1)).toEqual({ data: { item: { name: "n", stock: 1 } } });
  expect(all.calls).toHaveLength(1);
  await until(async () => {
    for (let id = 0; id < 60; id++) await Promise.all([ask("name nick", id % 5), ask("stock shelf", id % 5)]);
    all.calls.length = 0;
    expect(await ask("name stock", 2)).toEqual({ data: { item: { name: "n", stock: 1 } } });
    return all.calls.length === 0;
  });
});

describe("answers in parts", () => {
  const market = openMarket();
  const marketYaml = `${passthrough}
response_cache: { enabled: true, subgraph: { all: { ttl: 60s } } }`;

  const read = (router: RouterProcess, accept: string, query: string) =>
    fetch(router.url, {
      method: "POST",
      headers: { "content-type": "application/json", accept },
      body: JSON.stringify({ query }),
    });

  test("what events bring along is asked of its subgraph once", async () => {
    market.products.answer = async (call) => {
      const response = await answerProducts(call);
      response.headers.set("cache-control", "max-age=60");
      return response;
    };
    await using router = await startRouter({ supergraph: market.supergraph, yaml: marketYaml });
    const stream = await read(router, "text/event-stream", priceQuery);
    const reader = stream.body!.getReader();
    await until(async () => market.prices.size === 1);
    let text = "";
    for (let price = 1; price <= 5; price++) {
      market.prices.publish({ sku: "s", price });
      while (!text.includes(`"price":${price},"name":"name of s"`))
        text += new TextDecoder().decode((await reader.read()).value);
    }
    expect(market.products.calls).toHaveLength(1);
    await reader.cancel();
  });

  test("so is what is deferred", async () => {
    cacheable();
    await using router = await startRouter({ supergraph: shop.supergraph, yaml: yaml() });
    const query = "{ me { name ... @defer { review } } }";
    const whole = async () => (await read(router, "multipart/mixed;deferSpec=20220824", query)).text();
    const first = await whole();
    expect(first).toContain('"hasNext":false');
    const asked = calls();
    expect(asked).toBeGreaterThan(0);
    expect(await whole()).toBe(first);
    expect(calls()).toBe(0);
  });
});
