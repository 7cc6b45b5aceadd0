import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  hasRedisServer,
  type RedisServer,
  startRedis,
  startRedisCluster,
} from "../../../tests/support/redis-server.ts";
import { RedisPool } from "../redis/redis-pool.ts";
import { noTelemetry } from "../telemetry/no-telemetry.ts";
import { testCounter } from "./counter-contract.ts";
import { RedisCounter } from "./redis-counter.ts";

async function openCounter(urls: string[]) {
  const { logger, meters } = noTelemetry;
  const pool = new RedisPool(
    { urls, requiredToStart: true, poolSize: 1 },
    { kind: "test", logger, meters, lingerMs: 0 },
  );
  await pool.started();
  return { pool, counter: new RedisCounter({ pool, timeoutMs: 10_000, counted() {} }) };
}

describe.skipIf(!hasRedisServer)("in Redis", () => {
  let server: RedisServer;
  let shared: Awaited<ReturnType<typeof openCounter>>;
  beforeAll(async () => {
    server = await startRedis();
    shared = await openCounter([server.url]);
  });
  afterAll(async () => {
    shared.pool.close();
    await server[Symbol.asyncDispose]();
  });

  testCounter({ open: () => shared.counter, pass: (durationMs) => Bun.sleep(durationMs) });

  test("two routers count together, exactly", async () => {
    const other = await openCounter([server.url]);
    const take = { key: "both", limit: 100, weight: 1, windowMs: 60_000 };
    const asked = Array.from({ length: 500 }, () => [
      shared.counter.take([take]),
      other.counter.take([take]),
    ]);
    const outcomes = await Promise.all(asked.flat());
    expect(outcomes.filter((outcome) => outcome?.[0]?.isOver === false)).toHaveLength(100);
    other.pool.close();
  });

  test("nothing is kept of what no longer counts", async () => {
    const take = { key: "short", limit: 100, weight: 1, windowMs: 1_000 };
    await shared.counter.take([take]);
    const ttlMs = await shared.pool.run((client) => client.pttl("rate-limit:short"), 5_000);
    expect(ttlMs).toBeGreaterThan(0);
    expect(ttlMs).toBeLessThanOrEqual(1_050);
  });
});

describe.skipIf(!hasRedisServer)("in a cluster", () => {
  let servers: RedisServer[];
  let shared: Awaited<ReturnType<typeof openCounter>>;
  beforeAll(async () => {
    servers = await startRedisCluster(3);
    shared = await openCounter(servers.map(({ url }) => url));
  }, 40_000);
  afterAll(async () => {
    shared.pool.close();
    await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
  });

  testCounter({ open: () => shared.counter, pass: (durationMs) => Bun.sleep(durationMs) });
});
