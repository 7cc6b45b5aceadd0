import { afterEach, expect, test } from "bun:test";
import { RawConnection, writePost } from "./support/raw-connection.ts";
import { startRouter } from "./support/router-process.ts";
import { answerUsers, meAnswer, meQuery, openShop } from "./support/shop.ts";
import { after, silence } from "./support/subgraph.ts";

const shop = openShop();
afterEach(() => shop.reset());

const question = writePost(JSON.stringify({ query: meQuery }));

test("SIGTERM: not ready, no new clients, requests under way are answered, exit code 0", async () => {
  shop.users.answer = after(800, answerUsers);
  await using router = await startRouter({ supergraph: shop.supergraph });
  const { url, healthUrl } = router;
  const begun = Array.from({ length: 20 }, () => router.query(meQuery));
  using _idle = new RawConnection(router.port);
  while (shop.users.calls.length < 20) await Bun.sleep(5);
  router.signal("SIGTERM");
  await router.logged("SIGTERM: finishing 20 requests");
  const health = await fetch(`${healthUrl}?ready`);
  expect([health.status, await health.json()]).toEqual([503, { status: "DOWN" }]);
  expect((await fetch(`${healthUrl}?live`)).status).toBe(200);
  expect(fetch(url, { keepalive: false })).rejects.toThrow("Unable to connect");
  expect(await Promise.all(begun)).toEqual(Array(20).fill(meAnswer));
  expect(await router.ended()).toBe(0);
  expect(router.stderr).toBe("");
});

test("SIGINT does the same, and an idle router ends at once", async () => {
  await using router = await startRouter({ supergraph: shop.supergraph });
  const startedMs = performance.now();
  router.signal("SIGINT");
  expect(await router.ended()).toBe(0);
  expect(performance.now() - startedMs).toBeLessThan(2_000);
});

test("a kept-alive connection does not hold the router back", async () => {
  await using router = await startRouter({ supergraph: shop.supergraph });
  using client = new RawConnection(router.port);
  client.send(question);
  await client.receives("Ada");
  router.signal("SIGTERM");
  expect(await router.ended()).toBe(0);
  await client.closed;
});

test("after connection_shutdown_timeout the rest is cut", async () => {
  shop.users.answer = silence;
  const yaml = "supergraph: { listen: 127.0.0.1:0, connection_shutdown_timeout: 400ms }";
  await using router = await startRouter({ supergraph: shop.supergraph, yaml });
  using client = new RawConnection(router.port);
  client.send(question);
  while (shop.users.calls.length === 0) await Bun.sleep(5);
  const startedMs = performance.now();
  router.signal("SIGTERM");
  expect(await router.ended()).toBe(0);
  expect(performance.now() - startedMs).toBeWithin(350, 3_000);
  expect(client.received).toBe("");
});

test("a second signal ends it at once", async () => {
  shop.users.answer = silence;
  await using router = await startRouter({ supergraph: shop.supergraph });
  using client = new RawConnection(router.port);
  client.send(question);
  while (shop.users.calls.length === 0) await Bun.sleep(5);
  router.signal("SIGTERM");
  await router.logged("finishing 1 requests");
  router.signal("SIGTERM");
  expect(await router.ended()).toBe(130);
  await client.closed;
});
