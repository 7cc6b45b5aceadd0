import { afterAll, afterEach, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasRedisServer, startRedis } from "../support/redis-server.ts";
import {
  failToStart,
  type GraphqlAnswer,
  type RouterProcess,
  startRouter,
} from "./support/router-process.ts";
import { openShop } from "./support/shop.ts";

const shop = openShop();
const folder = mkdtempSync(join(tmpdir(), "mycelium-manifests-"));
afterEach(() => shop.reset());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Listed {
  id: string;
  body: string;
  clientName?: string;
}

function writeManifest(name: string, operations: Listed[]): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify({ format: "apollo-persisted-query-manifest", version: 1, operations }));
  return path;
}

const listed: Listed[] = [
  { id: "version", body: "query V { version }" },
  { id: "mine", body: "fragment U on User { name }\nquery Me { me { ...U } }", clientName: "web" },
];

function start(
  keys: string,
  more = "apq: { enabled: false }",
  manifest = writeManifest("main.json", listed),
) {
  const yaml = `persisted_queries: { enabled: true, local_manifests: ["${manifest}"], ${keys} }\n${more}`;
  return startRouter({ supergraph: shop.supergraph, yaml });
}

function byId(id: string, more: object = {}) {
  return { extensions: { persistedQuery: { version: 1, sha256Hash: id } }, ...more };
}

async function ask(router: RouterProcess, body: object, headers: Record<string, string> = {}) {
  const response = await router.post("", { body: JSON.stringify(body), headers });
  return {
    status: response.status,
    cacheControl: response.headers.get("cache-control"),
    body: (await response.json()) as GraphqlAnswer,
  };
}

const uncached = "private, no-cache, must-revalidate";
const version = { data: { version: "1" } };

function refusal(status: number, code: string) {
  return { status, body: { errors: [{ extensions: { code } }] } };
}

describe("operations that are listed", () => {
  test("are asked for by id; a client's own only by it", async () => {
    await using router = await start("safelist: { enabled: true, require_id: true }, log_unknown: true");
    expect(await ask(router, byId("version"))).toMatchObject({ status: 200, body: version });
    expect(await ask(router, byId("mine"), { "apollographql-client-name": "web" })).toMatchObject({
      status: 200,
    });
    expect(await ask(router, byId("mine", { operationName: "Me" }))).toEqual({
      status: 404,
      cacheControl: uncached,
      body: {
        errors: [
          {
            message: "Persisted query 'mine' not found in the persisted query list",
            extensions: { operation_name: "Me", code: "PERSISTED_QUERY_NOT_IN_LIST" },
          },
        ],
      },
    });
    expect(await ask(router, { query: "query V { version }" })).toMatchObject({
      ...refusal(400, "PERSISTED_QUERY_ID_REQUIRED"),
      cacheControl: null,
    });
    expect(await ask(router, byId("version", { query: "{ version }" }))).toMatchObject({
      ...refusal(400, "CANNOT_SEND_PQ_ID_AND_BODY"),
      cacheControl: uncached,
    });
    expect(shop.users.calls).toHaveLength(2);
    await router.logged("unknown operation");
  });

  test("may also be sent as text, whatever its white space and the order of its definitions", async () => {
    await using router = await start("safelist: { enabled: true }");
    const web = { "apollographql-client-name": "web" };
    const text = "query Me { me { ...U } } # mine\n fragment U on User { name }";
    expect(await ask(router, { query: "query V {\n  version,\n}" })).toMatchObject({
      status: 200,
      body: version,
    });
    expect(await ask(router, { query: text }, web)).toMatchObject({ status: 200 });
    const refused = { ...refusal(403, "QUERY_NOT_IN_SAFELIST"), cacheControl: uncached };
    expect(await ask(router, { query: text })).toMatchObject(refused);
    expect(await ask(router, { query: "query W { version }" })).toMatchObject(refused);
    expect(await ask(router, { query: "{ __schema { queryType { name } } }" })).toMatchObject(refused);
    expect(await ask(router, { query: "{ nothing }" })).toMatchObject({ status: 400 });
    expect(shop.users.calls).toHaveLength(2);
  });

  test("introspection, where it is on, is always allowed", async () => {
    await using router = await start(
      "safelist: { enabled: true }",
      'apq: { enabled: false }\nsupergraph: { listen: "127.0.0.1:0", introspection: true }',
    );
    expect(
      await ask(router, {
        query: "{ ...S __typename } fragment S on Query { __schema { queryType { name } } }",
      }),
    ).toMatchObject({ status: 200, body: { data: { __schema: { queryType: { name: "Query" } } } } });
    expect((await ask(router, { query: "{ __typename version }" })).status).toBe(403);
  });

  test("stand beside automatic ones where nothing else is asked", async () => {
    await using router = await start("log_unknown: true", "apq: { enabled: true }");
    const query = "query Other { version }";
    const hash = createHash("sha256").update(query).digest("hex");
    expect(await ask(router, byId(hash))).toMatchObject({
      body: { errors: [{ message: "PersistedQueryNotFound" }] },
    });
    expect(await ask(router, byId(hash, { query }))).toMatchObject({ body: version });
    expect(await ask(router, byId(hash))).toMatchObject({ body: version });
    expect(await ask(router, byId("version"))).toMatchObject({ body: version });
    expect(router.messages.filter((message) => message === "unknown operation")).toHaveLength(2);
  });

  test("change with their file; a bad file changes nothing", async () => {
    const path = writeManifest("hot.json", listed);
    await using router = await start("safelist: { enabled: true }, hot_reload: true", undefined, path);
    expect((await ask(router, byId("later"))).status).toBe(404);
    writeManifest("hot.json", [{ id: "later", body: "{ version }" }]);
    await router.logged("persisted query manifest successfully updated (1 operations total)");
    expect(await ask(router, byId("later"))).toMatchObject({ status: 200, body: version });
    expect((await ask(router, byId("version"))).status).toBe(404);
    writeFileSync(path, "{");
    await router.logged("the list stays as it was");
    expect((await ask(router, byId("later"))).status).toBe(200);
  });

  test("Relay's form is understood, and its plans may be made at the start", async () => {
    const path = join(folder, "relay.json");
    writeFileSync(path, JSON.stringify({ abc: "query R { version }" }));
    await using router = await start(
      "safelist: { enabled: true }, experimental_prewarm_query_plan_cache: { on_startup: true }",
      'apq: { enabled: false }\ntelemetry: { exporters: { metrics: { prometheus: { enabled: true, listen: "127.0.0.1:0" } } } }',
      path,
    );
    expect(await ask(router, byId("abc"))).toMatchObject({ status: 200, body: version });
    const text = await (await fetch(router.metricsUrl)).text();
    expect(text).toMatch(/cache_hit_time_count\{kind="query planner"[^}]*\} 1/);
    expect(text).toMatch(/persisted_queries_total\{[^}]*\} 1/);
  });

  test.each([
    ["missing.json", undefined, "there is no such file"],
    ["broken.json", "[]", "it must be an object"],
    ["other.json", '{"format":"other"}', "its format must be"],
    [
      "bodiless.json",
      '{"format":"apollo-persisted-query-manifest","version":1,"operations":[{"id":"a"}]}',
      "operation 0 needs",
    ],
  ])("%s is refused in one line", async (name, text, reason) => {
    const path = join(folder, name);
    if (text !== undefined) writeFileSync(path, text);
    const yaml = `persisted_queries: { enabled: true, local_manifests: ["${path}"] }`;
    const { exitCode, stderr } = await failToStart({ supergraph: shop.supergraph, yaml });
    expect(exitCode).toBe(1);
    expect(stderr).toContain(reason);
    expect(stderr.split("\n")).toHaveLength(1);
  });
});

test("a list that only GraphOS has is refused by name", async () => {
  const { exitCode, stderr } = await failToStart({
    supergraph: shop.supergraph,
    yaml: "persisted_queries: { enabled: true }",
  });
  expect([exitCode, stderr]).toEqual([3, expect.stringContaining("give local_manifests")]);
});

describe.skipIf(!hasRedisServer)("automatic persisted queries in Redis", () => {
  test("are known to all routers, and to those that were told while Redis is away", async () => {
    await using redis = await startRedis();
    const yaml = `apq: { router: { cache: { redis: { urls: ["${redis.url}"], namespace: n, ttl: 1h, timeout: 5s } } } }`;
    await using one = await startRouter({ supergraph: shop.supergraph, yaml });
    await using other = await startRouter({ supergraph: shop.supergraph, yaml });
    const query = "query Shared { version }";
    const hash = createHash("sha256").update(query).digest("hex");
    expect(await ask(one, byId(hash, { query }))).toMatchObject({ body: version });
    await until(async () => (await ask(other, byId(hash))).body.data !== undefined);
    expect(await Bun.$`redis-cli -p ${redis.port} get n:apq:${hash}`.text()).toBe(
      `${JSON.stringify(query)}\n`,
    );
    expect(Number(await Bun.$`redis-cli -p ${redis.port} ttl n:apq:${hash}`.text())).toBeGreaterThan(3_000);

    const forged = createHash("sha256").update("{ other }").digest("hex");
    await Bun.$`redis-cli -p ${redis.port} set n:apq:${forged} ${JSON.stringify(query)}`.quiet();
    expect(await ask(other, byId(forged))).toMatchObject({
      body: { errors: [{ message: "PersistedQueryNotFound" }] },
    });

    await redis.kill();
    expect(await ask(other, byId(hash))).toMatchObject({ body: version });
    const later = "query Later { version }";
    const laterHash = createHash("sha256").update(later).digest("hex");
    expect((await ask(one, byId(laterHash))).body.errors?.[0]?.message).toBe("PersistedQueryNotFound");
    expect(await ask(one, byId(laterHash, { query: later }))).toMatchObject({ body: version });
    expect(await ask(one, byId(laterHash))).toMatchObject({ body: version });
  });
});

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + 10_000;
  while (!(await isTrue())) {
    if (performance.now() > deadlineMs) throw new Error("it did not come true");
    await Bun.sleep(20);
  }
}
