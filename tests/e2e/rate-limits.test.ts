import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { hasRedisServer, type RedisServer, startRedis } from "../support/redis-server.ts";
import { Load } from "./support/load.ts";
import { failToStart, freePort, type RouterProcess, startRouter } from "./support/router-process.ts";
import { meAnswer, meQuery, openShop } from "./support/shop.ts";
import { bearer, TokenIssuer } from "./support/token-issuer.ts";

const shop = openShop();
afterEach(() => shop.reset());

function limits(rules: string, more = ""): string {
  return `plugins:\n  mycelium.rate_limit:\n    rules: [${rules}]\n${more.replace(/^(?=.)/gm, "    ")}`;
}

function start(yaml: string, options: { environment?: Record<string, string> } = {}): Promise<RouterProcess> {
  return startRouter({ supergraph: shop.supergraph, yaml, ...options });
}

async function ask(router: RouterProcess, headers: Record<string, string> = {}, query = "{ version }") {
  const response = await router.post(query, { headers });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

async function statuses(routers: RouterProcess[], count: number): Promise<Map<number, number>> {
  const asked = Array.from({ length: count }, (_, index) => ask(routers[index % routers.length]!));
  const groups = Map.groupBy(await Promise.all(asked), ({ status }) => status);
  return new Map([...groups].map(([status, answers]) => [status, answers.length]));
}

describe("one router, in memory", () => {
  test("of 1,000 requests at once exactly 100 pass, and no other reaches a subgraph", async () => {
    await using router = await start(limits("{ name: all, limit: 100, per: hour }"));
    expect(await statuses([router], 1_000)).toEqual(
      new Map([
        [200, 100],
        [429, 900],
      ]),
    );
    expect(shop.users.calls).toHaveLength(100);
  });

  test("what a client is told", async () => {
    await using router = await start(
      limits("{ name: few, limit: 2, per: minute }, { name: many, limit: 50, per: hour, key: [ip] }"),
    );
    const first = await ask(router);
    expect(first.body).toEqual({ data: { version: "1" } });
    expect(first.headers.get("ratelimit-policy")).toBe('"few";q=2;w=60, "many";q=50;w=3600');
    expect(first.headers.get("ratelimit")).toMatch(/^"few";r=1;t=\d+, "many";r=49;t=\d+$/);
    await ask(router);
    const refused = await ask(router);
    expect(refused).toMatchObject({
      status: 429,
      body: { errors: [{ message: "Too many requests", extensions: { code: "RATE_LIMITED" } }] },
    });
    expect(refused.headers.get("ratelimit")).toMatch(/^"few";r=0;t=\d+, "many";r=48;t=\d+$/);
    const seconds = Number(refused.headers.get("retry-after"));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(63);
  });

  test("who is not a trusted proxy has one count, whatever he forwards", async () => {
    await using router = await start(limits("{ name: ip, limit: 3, per: hour, key: [ip] }"));
    for (let number = 0; number < 3; number++) {
      expect((await ask(router, { "x-forwarded-for": `203.0.113.${number}` })).status).toBe(200);
    }
    expect((await ask(router, { "x-forwarded-for": "203.0.113.9" })).status).toBe(429);
  });

  test("behind a trusted proxy each client has its own", async () => {
    await using router = await start(
      limits("{ name: ip, limit: 1, per: hour, key: [ip] }", "trusted_proxies: [127.0.0.1, '::1']"),
    );
    expect((await ask(router, { "x-forwarded-for": "203.0.113.1" })).status).toBe(200);
    expect((await ask(router, { "x-forwarded-for": "203.0.113.2" })).status).toBe(200);
    expect((await ask(router, { "x-forwarded-for": "1.1.1.1, 203.0.113.2" })).status).toBe(429);
  });

  test("hostile keys take no memory, and what is missing shares one count", async () => {
    await using router = await start(
      limits("{ name: client, limit: 1, per: hour, key: [{ header: x-client }] }", "keys_max: 1000"),
    );
    const huge = "x".repeat(8_000);
    expect((await ask(router, { "x-client": `${huge}1` })).status).toBe(200);
    expect((await ask(router, { "x-client": `${huge}2` })).status).toBe(200);
    expect((await ask(router, { "x-client": `${huge}1` })).status).toBe(429);
    expect((await ask(router)).status).toBe(200);
    expect((await ask(router)).status).toBe(429);
    for (let round = 0; round < 8; round++) {
      const asked = Array.from({ length: 150 }, (_, index) =>
        ask(router, { "x-client": `${huge}${round} ${index}` }),
      );
      await Promise.all(asked);
    }
    await router.logged("1000 keys, the most that they may");
    expect((await ask(router, { "x-client": `${huge}1` })).status).toBe(429);
  });

  test("users of two tenants who are called the same have each their own", async () => {
    await using issuer = await TokenIssuer.open();
    const authentication = `authentication: { router: { jwt: { jwks: [{ url: "${issuer.url}" }] } } }`;
    const rules = limits("{ name: user, limit: 1, per: hour, key: [user] }");
    await using router = await start(`${authentication}\n${rules}`);
    const outcomes = [];
    for (const claims of [{ tenant: "a" }, { tenant: "b" }, {}, { tenant: "a" }]) {
      const token = await issuer.sign({ sub: "ann", ...claims });
      outcomes.push((await ask(router, bearer(token))).status);
    }
    expect(outcomes).toEqual([200, 200, 200, 429]);
  });

  test("by the operation's name and kind", async () => {
    await using router = await start(
      limits(
        "{ name: writes, limit: 1, per: hour, when: { operation_kind: [mutation] } }," +
          "{ name: names, limit: 2, per: hour, key: [operation_name], when: { operation_name: [A, B] } }",
      ),
    );
    const rename = 'mutation { rename(name: "x") { name } }';
    expect((await ask(router, {}, rename)).status).toBe(200);
    expect((await ask(router, {}, rename)).status).toBe(429);
    const outcomes = [];
    for (const name of ["A", "A", "A", "B", "C", "C", "C"]) {
      outcomes.push((await ask(router, {}, `query ${name} { version }`)).status);
    }
    expect(outcomes).toEqual([200, 200, 429, 200, 200, 200, 200]);
    expect(shop.users.calls).toHaveLength(7);
  });

  test("observed only, nothing is refused and all is counted", async () => {
    const metrics = `telemetry: { exporters: { metrics: { prometheus: { enabled: true, listen: "127.0.0.1:0" } } } }`;
    const rules = "{ name: all, limit: 2, per: hour }, { name: most, limit: 4, per: hour }";
    await using router = await start(`${limits(rules, "mode: observe")}\n${metrics}`);
    for (let round = 0; round < 5; round++) {
      const { status, headers } = await ask(router);
      expect([status, headers.get("ratelimit")]).toEqual([200, null]);
    }
    const text = await (await fetch(router.metricsUrl)).text();
    expect(text).toMatch(
      /mycelium_rate_limit_requests_total\{[^}]*outcome="observed"[^}]*rule="all"[^}]*\} 3/,
    );
    expect(text).toMatch(
      /mycelium_rate_limit_requests_total\{[^}]*outcome="observed"[^}]*rule="most"[^}]*\} 1/,
    );
  });

  test("a reload forgets nothing where the rule is the same", async () => {
    const yaml = limits("{ name: all, limit: 3, per: hour }");
    await using router = await start(yaml);
    for (let round = 0; round < 3; round++) await ask(router);
    router.writeConfig(`${yaml}\nsupergraph: { listen: "127.0.0.1:0", introspection: true }`);
    router.signal("SIGHUP");
    await router.logged("reloaded configuration");
    expect((await ask(router)).status).toBe(429);
    router.writeConfig(limits("{ name: all, limit: 4, per: hour }"));
    router.signal("SIGHUP");
    await router.logged("reloaded configuration", 2);
    expect([(await ask(router)).status, (await ask(router)).status]).toEqual([200, 429]);
  });

  test("several workers cannot count in memory", async () => {
    const yaml = `${limits("{ name: all, limit: 3, per: hour }")}\nsupergraph: { listen: "127.0.0.1:${freePort()}" }`;
    const { exitCode, stderr } = await failToStart({
      supergraph: shop.supergraph,
      yaml,
      flags: ["--workers", "2"],
    });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("mycelium.rate_limit counts in memory");
    expect(stderr.split("\n")).toHaveLength(1);
  });
});

describe.skipIf(!hasRedisServer)("with Redis", () => {
  let server: RedisServer;
  beforeEach(async () => {
    server = await startRedis();
  });
  afterEach(() => server[Symbol.asyncDispose]());

  const redis = (more = "") => `redis: { urls: ["${server.url}"], timeout: 10s, namespace: test }\n${more}`;
  const rule = (limit: number) => `{ name: all, limit: ${limit}, per: hour }`;

  test("of 1,000 requests at once to two routers exactly 100 pass, though a clock is wrong", async () => {
    const yaml = limits(rule(100), redis());
    const preload = `--preload=${join(import.meta.dir, "support/skewed-clock.ts")}`;
    await using one = await start(yaml);
    await using other = await start(yaml, { environment: { BUN_OPTIONS: preload } });
    expect(await statuses([one, other], 1_000)).toEqual(
      new Map([
        [200, 100],
        [429, 900],
      ]),
    );
    expect(shop.users.calls).toHaveLength(100);
  });

  test("open: while Redis is away requests pass, and then they are counted again", async () => {
    await using router = await start(limits(rule(1_000_000), redis()));
    const load = new Load(router, 8);
    await untilAnswered(load, 50);
    await server.kill();
    await untilAnswered(load, load.answered + 200);
    await server.start();
    await router.logged("rate limits are counted again");
    await untilAnswered(load, load.answered + 50);
    expect((await load.stop()).failures).toEqual([]);
    expect(router.messages.filter((message) => message.includes("requests pass uncounted"))).toHaveLength(1);
  });

  test("closed: while Redis is away requests are refused, and then they pass again", async () => {
    await using router = await start(limits(rule(1_000), redis("on_redis_failure: closed")));
    expect((await ask(router, {}, meQuery)).body).toEqual(meAnswer);
    await server.kill();
    const refused = await ask(router);
    expect(refused).toMatchObject({
      status: 503,
      body: { errors: [{ extensions: { code: "RATE_LIMIT_UNAVAILABLE" } }] },
    });
    expect(refused.headers.get("retry-after")).toBe("1");
    await server.start();
    while ((await ask(router)).status !== 200) await Bun.sleep(50);
  });

  test("a router that needs Redis does not start without it", async () => {
    await server.kill();
    const yaml = limits(rule(1), `redis: { urls: ["${server.url}"], required_to_start: true }`);
    const { exitCode, stderr } = await failToStart({ supergraph: shop.supergraph, yaml });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("Redis for rate_limit is required to start");
    expect(stderr.split("\n")).toHaveLength(1);
  });
});

async function untilAnswered(load: Load, count: number): Promise<void> {
  while (load.answered < count) await Bun.sleep(5);
}
