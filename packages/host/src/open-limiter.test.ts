import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { eventually } from "@mycelium/database/testing";
import { createLogger, type Limiter } from "@mycelium/subgraph-kit";
import { hasRedisServer, type RedisServer, startRedis } from "../../../tests/support/redis-server.ts";
import { type OpenLimiter, openLimiter } from "./open-limiter.ts";

describe.skipIf(!hasRedisServer)("a limit in Redis", () => {
  const lines: string[] = [];
  const log = createLogger({ name: "test", destination: { write: (line) => lines.push(line) } });
  let server: RedisServer;
  let opened: OpenLimiter[];
  let nodes: Limiter[];
  const limit = 100;
  const windowMs = 3_600_000;
  beforeAll(async () => {
    server = await startRedis();
    const environment = { REDIS_URL: server.url };
    opened = [openLimiter({ environment, log }), openLimiter({ environment, log })];
    nodes = opened.map(({ limiter }) => limiter);
  });
  afterAll(async () => {
    for (const { close } of opened) await close();
    await server[Symbol.asyncDispose]();
  });

  const isShared = async (key: string) => {
    await Promise.all(nodes.map((node) => node.take({ key, limit, windowMs })));
    const { remaining } = await nodes[0]!.take({ key, limit, windowMs });
    return remaining === limit - 3;
  };

  test("of 1,000 requests at two processes at once exactly the limit passes", async () => {
    await eventually(() => isShared(crypto.randomUUID()));
    const verdicts = await Promise.all(
      Array.from({ length: 1_000 }, async (_, index) =>
        nodes[index % 2]!.take({ key: "a", limit, windowMs }),
      ),
    );
    expect(verdicts.filter(({ allowed }) => allowed)).toHaveLength(limit);
    for (const { allowed, retryAfterMs } of verdicts) {
      expect(allowed ? retryAfterMs === 0 : retryAfterMs > 0 && retryAfterMs <= 2 * windowMs).toBe(true);
    }
  });

  test("a window that is over lets others in again", async () => {
    const take = () => nodes[0]!.take({ key: "b", limit: 2, windowMs: 200 });
    await eventually(async () => !(await take()).allowed);
    await eventually(async () => (await take()).allowed);
  });

  test("while Redis is away each process counts for itself, says so once, and comes back", async () => {
    await server.kill();
    const take = () => nodes[0]!.take({ key: "c", limit: 2, windowMs });
    const allowed = [(await take()).allowed, (await take()).allowed, (await take()).allowed];
    expect(allowed).toEqual([true, true, false]);
    expect(lines.filter((line) => line.includes("Redis is away")).length).toBeLessThanOrEqual(2);
    await server.start();
    await eventually(() => isShared(crypto.randomUUID()));
  });
});
