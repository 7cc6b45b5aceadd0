import { afterAll, beforeAll, describe } from "bun:test";
import { hasRedisServer, type RedisServer, startRedis } from "../../../../tests/support/redis-server.ts";
import { describeBus } from "../testing/index.ts";
import { openRedisBus } from "./redis-bus.ts";

describe.skipIf(!hasRedisServer)("with a redis-server", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  describeBus({ name: "Redis Streams", open: (options) => openRedisBus({ ...options, url: server.url }) });
});
