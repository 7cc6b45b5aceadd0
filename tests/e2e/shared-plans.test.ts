import { afterEach, describe, expect, test } from "bun:test";
import { hasRedisServer, type RedisServer, startRedis } from "../support/redis-server.ts";
import { type RouterProcess, startRouter } from "./support/router-process.ts";
import { meAnswer, meQuery, openShop } from "./support/shop.ts";

const shop = openShop();
afterEach(() => shop.reset());

function yamlFor({ url }: RedisServer): string {
  const redis = `{ urls: ["${url}"], namespace: n, ttl: 1h, timeout: 5s }`;
  return `supergraph: { listen: "127.0.0.1:0", query_planning: { cache: { redis: ${redis} } } }`;
}

async function ask(router: RouterProcess, query: string): Promise<unknown> {
  return (await router.post(query)).json();
}

async function command({ port }: RedisServer, ...words: string[]): Promise<string> {
  return (await Bun.$`redis-cli -p ${port} ${words}`.text()).trim();
}

async function keysOf(redis: RedisServer, count: number): Promise<string[]> {
  const deadlineMs = performance.now() + 10_000;
  for (;;) {
    const keys = (await command(redis, "keys", "*")).split("\n").filter(Boolean);
    if (keys.length >= count || performance.now() > deadlineMs) return keys;
    await Bun.sleep(20);
  }
}

describe.skipIf(!hasRedisServer)("query plans in Redis", () => {
  test("one router runs the plan that another made, and makes its own where there is none", async () => {
    await using redis = await startRedis();
    const options = { supergraph: shop.supergraph, yaml: yamlFor(redis) };
    await using one = await startRouter(options);
    expect(await ask(one, meQuery)).toEqual(meAnswer);
    const [key = "", ...others] = await keysOf(redis, 1);
    expect([key.startsWith("n:plan:mycelium:"), others]).toEqual([true, []]);
    expect(Number(await command(redis, "ttl", key))).toBeGreaterThan(3_000);

    const plan = await command(redis, "get", key);
    await command(redis, "set", key, plan.replaceAll('"operation":"{me', '"operation":"query Told{me'));
    await using other = await startRouter(options);
    expect(await ask(other, meQuery)).toEqual(meAnswer);
    expect(shop.users.calls.map(({ query }) => query.startsWith("query Told"))).toEqual([false, true]);

    await command(redis, "set", key, '{"kind":"Nothing"}');
    await using third = await startRouter(options);
    expect(await ask(third, meQuery)).toEqual(meAnswer);
    await redis.kill();
    expect(await ask(third, "{ version }")).toEqual({ data: { version: "1" } });
  });

  test("another supergraph has plans of its own", async () => {
    await using redis = await startRedis();
    await using one = await startRouter({ supergraph: shop.supergraph, yaml: yamlFor(redis) });
    await using other = await startRouter({
      supergraph: `${shop.supergraph}\n# changed`,
      yaml: yamlFor(redis),
    });
    for (const router of [one, other]) expect(await ask(router, meQuery)).toEqual(meAnswer);
    expect(await keysOf(redis, 2)).toHaveLength(2);
  });
});
