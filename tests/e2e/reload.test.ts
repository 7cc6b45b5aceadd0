import { afterEach, expect, test } from "bun:test";
import { renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Load } from "./support/load.ts";
import { RawConnection, writePost } from "./support/raw-connection.ts";
import { freePort, type RouterProcess, startRouter } from "./support/router-process.ts";
import { answerUsers, compose, meAnswer, meQuery, openShop } from "./support/shop.ts";
import { after, silence } from "./support/subgraph.ts";

const shop = openShop();
afterEach(() => shop.reset());

const failed = "reload failed; the router serves on as before: ";

test.each([1, 2])(
  "no request to %p workers fails over twenty reloads under load",
  async (workers) => {
    const addresses = `supergraph: { listen: 127.0.0.1:${freePort()} }\nhealth_check: { enabled: false }\n`;
    await using router = await startRouter({
      supergraph: shop.supergraph,
      yaml: addresses,
      flags: workers === 1 ? ["--hot-reload"] : ["--hot-reload", "--workers", String(workers)],
    });
    const load = new Load(router, 50);
    for (let round = 1; round <= 20; round++) {
      if (round % 2 === 0) router.writeSupergraph(`${shop.supergraph}\n# ${round}`);
      else router.writeConfig(`${addresses}homepage: { enabled: ${round % 4 === 1} }`);
      if (round % 5 === 0) router.signal("SIGHUP");
      await router.logged("reloaded configuration and supergraph", round);
    }
    const { answered, failures } = await load.stop();
    expect(failures).toEqual([]);
    expect(answered).toBeGreaterThan(500);
    console.log(`      ${workers} workers: ${answered} requests over 20 reloads, none failed`);
  },
  30_000,
);

test("both files are watched, also when they are replaced by a rename", async () => {
  await using router = await startRouter({ supergraph: shop.supergraph, flags: ["--hot-reload"] });
  expect((await router.query("{ latest }")).data).toEqual({ latest: "good" });
  const newer = join(router.folder, "newer");
  writeFileSync(newer, compose([shop.users]));
  renameSync(newer, router.supergraphPath);
  await router.logged("reloaded");
  expect((await router.query("{ latest }")).errors?.[0]?.message).toContain("latest");
});

test("a folder that a symbolic link swaps, as Kubernetes does, is a change", async () => {
  await using router = await startRouter({ supergraph: shop.supergraph, flags: ["--hot-reload"] });
  const link = join(router.folder, "..data");
  symlinkSync(router.folder, `${link}_tmp`);
  renameSync(`${link}_tmp`, link);
  await router.logged("reloaded");
});

test.each([
  ["yaml that cannot be parsed", (router: RouterProcess) => router.writeConfig("cors: [")],
  ["an unknown key", (router: RouterProcess) => router.writeConfig("corse: {}")],
  ["a refused key", (router: RouterProcess) => router.writeConfig("rhai: { main: main.rhai }")],
  ["no GraphQL", (router: RouterProcess) => router.writeSupergraph("lorem ipsum")],
  ["no supergraph", (router: RouterProcess) => router.writeSupergraph("type Query { a: Int }")],
  ["an empty file", (router: RouterProcess) => router.writeSupergraph("")],
  ["broken types", (router: RouterProcess) => breakTypes(router)],
  ["a port in use", (router: RouterProcess) => router.writeConfig(listenOn(new URL(shop.users.url).port))],
])("%s changes nothing and is said once", async (_what, spoil) => {
  await using router = await startRouter({ supergraph: shop.supergraph, flags: ["--hot-reload"] });
  spoil(router);
  await router.logged(failed);
  await Bun.sleep(200);
  const said = router.messages.filter((message) => message.startsWith(failed));
  expect(said).toHaveLength(1);
  expect(said[0]!.split("\n")).toHaveLength(1);
  expect(await router.query(meQuery)).toEqual(meAnswer);
  expect((await fetch(`${router.healthUrl}?ready`)).status).toBe(200);
});

test("SIGHUP reloads without --hot-reload, and files alone do not", async () => {
  await using router = await startRouter({ supergraph: shop.supergraph });
  router.writeConfig("homepage: { enabled: false }");
  await Bun.sleep(300);
  expect((await fetch(router.url, { headers: { accept: "text/html" } })).status).toBe(200);
  router.signal("SIGHUP");
  await router.logged("reloaded");
  expect((await fetch(router.url, { headers: { accept: "text/html" } })).status).not.toBe(200);
});

test("address and path move; a request that began at the old ones is answered there", async () => {
  await using router = await startRouter({ supergraph: shop.supergraph });
  shop.users.answer = after(300, answerUsers);
  const begun = router.query(meQuery);
  while (shop.users.calls.length === 0) await Bun.sleep(5);
  const [port, oldUrl] = [freePort(), router.url];
  router.writeConfig(
    `supergraph: { listen: 127.0.0.1:${port}, path: /graphql }\nhealth_check: { path: /up }`,
  );
  router.signal("SIGHUP");
  await router.logged("reloaded");
  const post = {
    method: "POST",
    body: JSON.stringify({ query: meQuery }),
    headers: { "content-type": "application/json" },
  };
  expect(await (await fetch(`http://127.0.0.1:${port}/graphql`, post)).json()).toEqual(meAnswer);
  expect((await fetch(`http://127.0.0.1:${port}/`, post)).status).toBe(404);
  expect(await begun).toEqual(meAnswer);
  expect(fetch(oldUrl, { ...post, keepalive: false })).rejects.toThrow("Unable to connect");
});

test("what an old address does not finish in time is cut", async () => {
  shop.users.answer = silence;
  const waits = "connection_shutdown_timeout: 300ms";
  await using router = await startRouter({ supergraph: shop.supergraph });
  using client = new RawConnection(router.port);
  client.send(writePost(JSON.stringify({ query: meQuery })));
  while (shop.users.calls.length === 0) await Bun.sleep(5);
  router.writeConfig(`supergraph: { listen: 127.0.0.1:${freePort()}, ${waits} }`);
  router.signal("SIGHUP");
  await router.logged("reloaded");
  await client.closed;
  expect(client.received).toBe("");
});

test("a client's connection stays open over a reload, and gets the new configuration", async () => {
  await using router = await startRouter({
    supergraph: shop.supergraph,
    yaml: "limits: { router: { max_depth: 9 } }",
  });
  // With port 0 the reload below keeps the address, as it is written the same.
  using client = new RawConnection(router.port);
  client.send(writePost(JSON.stringify({ query: "{ version }" })));
  await client.receives('{"version":"1"}');
  router.writeConfig("limits: { router: { http_max_request_bytes: 10 } }");
  router.signal("SIGHUP");
  await router.logged("reloaded");
  client.send(writePost(JSON.stringify({ query: "{ version }" })));
  await client.receives("413 ");
});

test("connections to subgraphs close behind the last request of the old router", async () => {
  await using router = await startRouter({ supergraph: shop.supergraph });
  await router.query(meQuery);
  expect(connectionsTo(shop.users.url, router.pid)).toBe(1);
  router.writeSupergraph(compose([shop.reviews]));
  router.signal("SIGHUP");
  await router.logged("reloaded");
  await Bun.sleep(100);
  expect(connectionsTo(shop.users.url, router.pid)).toBe(0);
});

test("telemetry follows: the Prometheus endpoint opens, moves and closes", async () => {
  await using router = await startRouter({ supergraph: shop.supergraph });
  const [first, second] = [freePort(), freePort()];
  const reloadWith = async (yaml: string, times: number) => {
    router.writeConfig(yaml);
    router.signal("SIGHUP");
    await router.logged("reloaded", times);
  };
  await reloadWith(prometheus(first), 1);
  await router.query(meQuery);
  expect(await (await fetch(`http://127.0.0.1:${first}/metrics`)).text()).toContain(
    "http_server_request_duration",
  );
  await reloadWith(prometheus(second), 2);
  expect((await fetch(`http://127.0.0.1:${second}/metrics`)).status).toBe(200);
  await reloadWith("", 3);
  for (const port of [first, second]) {
    expect(fetch(`http://127.0.0.1:${port}/metrics`, { keepalive: false })).rejects.toThrow();
  }
});

function breakTypes(router: RouterProcess): void {
  router.writeSupergraph(shop.supergraph.replace("type User", "type Person"));
}

function listenOn(port: string): string {
  return `supergraph: { listen: 127.0.0.1:${port} }`;
}

function prometheus(port: number): string {
  return `telemetry: { exporters: { metrics: { prometheus: { enabled: true, listen: 127.0.0.1:${port}, path: /metrics } } } }`;
}

/** Established connections of a process to a server on this machine. */
function connectionsTo(url: string, pid: number): number {
  const { stdout } = Bun.spawnSync([
    "ss",
    "-tnpH",
    "state",
    "established",
    `( dport = :${new URL(url).port} )`,
  ]);
  return stdout
    .toString()
    .split("\n")
    .filter((line) => line.includes(`pid=${pid},`)).length;
}

test("experimental_chaos reloads again and again, until the file no longer says so", async () => {
  const chaos = "experimental_chaos: { force_schema_reload: 300ms }";
  await using router = await startRouter({
    supergraph: shop.supergraph,
    yaml: chaos,
    flags: ["--hot-reload"],
  });
  const load = new Load(router, 5);
  await router.logged("reloaded configuration and supergraph", 3);
  expect((await load.stop()).failures).toEqual([]);
  router.writeConfig("");
  const count = () => router.messages.filter((message) => message.startsWith("reloaded")).length;
  const before = count();
  await router.logged("reloaded configuration and supergraph", before + 1);
  await Bun.sleep(1_000);
  // One may have been under way when the file changed.
  expect(count()).toBeLessThanOrEqual(before + 2);
});
