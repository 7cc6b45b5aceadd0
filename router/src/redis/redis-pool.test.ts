import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createCertificate } from "../../../tests/e2e/support/certificate.ts";
import {
  hasRedisServer,
  type RedisServer,
  startRedis,
  startRedisCluster,
} from "../../../tests/support/redis-server.ts";
import { noTelemetry } from "../telemetry/no-telemetry.ts";
import { RedisError } from "./redis-error.ts";
import { RedisPool, type RedisSettings } from "./redis-pool.ts";
import { redisScript } from "./redis-script.ts";

const patienceMs = 15_000;

function openPool(settings: Partial<RedisSettings> & Pick<RedisSettings, "urls">): RedisPool {
  const { logger, meters } = noTelemetry;
  return new RedisPool(
    { requiredToStart: true, poolSize: 1, ...settings },
    { kind: "test", logger, meters, lingerMs: 0 },
  );
}

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + patienceMs;
  while (!(await isTrue())) {
    if (performance.now() > deadlineMs) throw new Error("it did not come true");
    await Bun.sleep(10);
  }
}

function errorOf(promise: Promise<unknown>): Promise<RedisError> {
  return promise.then(
    () => {
      throw new Error("it did not fail");
    },
    (error) => error as RedisError,
  );
}

describe.skipIf(!hasRedisServer)("one server", () => {
  let server: RedisServer;
  let pool: RedisPool;
  beforeAll(async () => {
    server = await startRedis();
    pool = openPool({ urls: [server.url], namespace: "here", poolSize: 2 });
    await pool.started();
  });
  afterAll(async () => {
    pool.close();
    await server[Symbol.asyncDispose]();
  });

  test("keys stand in the namespace, and many are read in their order", async () => {
    await pool.run((client) => client.set(pool.key("a"), "1"), 1_000);
    expect(await pool.readMany([pool.key("none"), "here:a"], 1_000)).toEqual([null, "1"]);
  });

  test("a script is told again to a server that has forgotten it", async () => {
    const script = redisScript("return redis.call('INCRBY', KEYS[1], ARGV[1])");
    const run = () => pool.runScript(script, { keys: [pool.key("count")], values: [2] }, 1_000);
    expect(await run()).toBe(2);
    await pool.run((client) => client.script("FLUSH"), 1_000);
    expect(await run()).toBe(4);
  });

  test("a channel is heard, and heard again after the server came back", async () => {
    const heard: string[] = [];
    let connections = 0;
    const end = pool.subscribe("news", {
      receive: (message) => heard.push(message),
      connected: () => connections++,
    });
    const publish = (text: string) => pool.run((client) => client.publish(pool.key("news"), text), 1_000);
    await until(() => connections === 1);
    await publish("one");
    await until(() => heard.length === 1);
    await server.restart();
    await until(() => connections === 2 && pool.isReady);
    await publish("two");
    await until(() => heard.length === 2);
    expect(heard).toEqual(["one", "two"]);
    end();
  });

  test("while the server is away commands fail at once; then all is as before", async () => {
    await server.kill();
    await until(() => !pool.isReady);
    const startedMs = performance.now();
    const errors = await Promise.all(
      Array.from({ length: 200 }, () => errorOf(pool.run((client) => client.get("a"), 60_000))),
    );
    expect(new Set(errors.map(({ type }) => type))).toEqual(new Set(["io"]));
    expect(performance.now() - startedMs).toBeLessThan(10_000);
    await server.start();
    await until(() => pool.isReady);
    expect(await pool.run((client) => client.get("a"), 1_000)).toBeNull();
  });

  test("a server that says nothing costs a command its time, and is left before long", async () => {
    server.pause();
    expect((await errorOf(pool.run((client) => client.get("a"), 50))).type).toBe("timeout");
    expect((await errorOf(pool.run((client) => client.get("a"), 50))).type).toBe("timeout");
    await until(() => !pool.isReady);
    expect((await errorOf(pool.run((client) => client.get("a"), 60_000))).type).toBe("io");
    server.resume();
    await until(() => pool.isReady);
    expect(await pool.run((client) => client.get("a"), 5_000)).toBeNull();
  });

  test("what waits for an answer is bounded", async () => {
    server.pause();
    const asked = Array.from({ length: 10_050 }, () => errorOf(pool.run((client) => client.get("a"), 500)));
    const types = Map.groupBy(await Promise.all(asked), ({ type }) => type);
    expect(types.get("backpressure")?.length).toBe(50);
    server.resume();
    await until(() =>
      pool.readMany(["a"], 5_000).then(
        () => true,
        () => false,
      ),
    );
  });

  test("an error of Redis itself is told", async () => {
    const error = await errorOf(pool.run((client) => client.call("NOSUCH"), 5_000));
    expect(error).toBeInstanceOf(RedisError);
    expect(error.message).toContain("unknown command");
  });
});

describe.skipIf(!hasRedisServer)("user, password and TLS", () => {
  test("a wrong password is said at the start, where Redis is required", async () => {
    await using server = await startRedis({ config: ["requirepass secret"] });
    const wrong = openPool({ urls: [server.url.replace("://", "://:wrong@")] });
    expect((await errorOf(wrong.started(500))).message).toContain("WRONGPASS");
    wrong.close();
    const right = openPool({ urls: [server.url], password: "secret" });
    await right.started();
    expect(await right.run((client) => client.ping(), 5_000)).toBe("PONG");
    right.close();
  }, 20_000);

  test("over TLS with the authority of the configuration", async () => {
    const tls = createCertificate("localhost");
    await using server = await startRedis({ tls });
    const pool = openPool({ urls: [server.url], tls: { certificateAuthorities: tls.cert } });
    await pool.started();
    expect(await pool.run((client) => client.ping(), 5_000)).toBe("PONG");
    pool.close();
    const distrustful = openPool({ urls: [server.url] });
    expect((await errorOf(distrustful.started(500))).message).toMatch(/self.signed/i);
    distrustful.close();
  }, 20_000);
});

describe.skipIf(!hasRedisServer)("several servers", () => {
  test("a cluster: keys of all its nodes, and scripts where the key is", async () => {
    const servers = await startRedisCluster(3);
    const pool = openPool({ urls: servers.slice(0, 2).map(({ url }) => url) });
    await pool.started();
    expect(pool.isCluster).toBe(true);
    const keys = Array.from({ length: 30 }, (_, index) => `key ${index}`);
    await Promise.all(keys.map((key) => pool.run((client) => client.set(key, key), 5_000)));
    expect(await pool.readMany(keys, 5_000)).toEqual(keys);
    const script = redisScript("return redis.call('GET', KEYS[1])");
    const read = (key: string) => pool.runScript(script, { keys: [key], values: [] }, 5_000);
    expect(await Promise.all(keys.map(read))).toEqual(keys);
    pool.close();
    await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
  }, 40_000);

  test("sentinels tell where the server is", async () => {
    await using server = await startRedis();
    await using sentinel = await startRedis({ config: [`sentinel monitor main 127.0.0.1 ${server.port} 1`] });
    const url = `redis-sentinel://127.0.0.1:${sentinel.port}?sentinelServiceName=main`;
    const pool = openPool({ urls: [url] });
    await pool.started();
    await pool.run((client) => client.set("a", "1"), 5_000);
    const direct = openPool({ urls: [server.url] });
    await direct.started();
    expect(await direct.readMany(["a"], 5_000)).toEqual(["1"]);
    for (const open of [pool, direct]) open.close();
  }, 20_000);
});
