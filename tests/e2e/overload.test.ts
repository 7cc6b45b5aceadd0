import { afterEach, expect, test } from "bun:test";
import { RawConnection, writePost } from "./support/raw-connection.ts";
import { startRouter } from "./support/router-process.ts";
import { answerUsers, meAnswer, meQuery, openShop } from "./support/shop.ts";
import { after } from "./support/subgraph.ts";

const shop = openShop();
afterEach(() => shop.reset());

const question = writePost(JSON.stringify({ query: meQuery }));
const mib = 1024 * 1024;

test("a flood over a slow subgraph keeps memory bounded, and the router answers on", async () => {
  shop.users.answer = after(700, answerUsers);
  await using router = await startRouter({ supergraph: shop.supergraph });
  await router.query("{ version }");
  const before = router.residentBytes;
  const clients = await connectAll(router.port, 5_000);
  let most = before;
  const watching = setInterval(() => {
    most = Math.max(most, router.residentBytes);
  }, 50);
  for (const client of clients) client.send(question);
  await Bun.sleep(500);
  const health = await fetch(`${router.healthUrl}?live`);
  expect(health.status).toBe(200);
  await Promise.all(clients.map((client) => client.receives("\r\n\r\n{")));
  clearInterval(watching);
  const statuses = Map.groupBy(clients, ({ received }) => received.slice(9, 12));
  for (const client of clients) client[Symbol.dispose]();
  const [answered = [], shed = []] = [statuses.get("200"), statuses.get("503")];
  expect(answered.length + shed.length).toBe(5_000);
  expect(answered.length).toBeGreaterThanOrEqual(4_000);
  expect(shed.length).toBeGreaterThan(0);
  expect(shed[0]!.received).toMatch(/\r\nretry-after: 1\r\n/i);
  expect(shed[0]!.received).toContain('"code":"OVERLOADED"');
  expect(most - before).toBeLessThan(300 * mib);
  shop.reset();
  expect(await router.query(meQuery)).toEqual(meAnswer);
  const figures = [answered.length, shed.length, before / mib, most / mib].map(Math.round);
  console.log(`      answered, shed, MiB before, MiB at most: ${figures.join(", ")}`);
}, 30_000);

test("the configured limits answer 503 with Retry-After", async () => {
  const yaml = "traffic_shaping: { router: { global_rate_limit: { capacity: 1, interval: 40s } } }";
  await using router = await startRouter({ supergraph: shop.supergraph, yaml });
  expect(await router.query(meQuery)).toEqual(meAnswer);
  const limited = await router.post(meQuery);
  expect(limited.status).toBe(503);
  expect(Number(limited.headers.get("retry-after"))).toBeWithin(30, 41);
  expect(await limited.json()).toEqual({
    errors: [{ message: "Your request has been rate limited", extensions: { code: "REQUEST_RATE_LIMITED" } }],
  });
  expect(shop.users.calls).toHaveLength(1);
});

test("the concurrency limit refuses, and takes again when a request has ended", async () => {
  shop.users.answer = after(300, answerUsers);
  const yaml = "traffic_shaping: { router: { concurrency_limit: 2 } }";
  await using router = await startRouter({ supergraph: shop.supergraph, yaml });
  const begun = [router.query(meQuery), router.query(meQuery)];
  while (shop.users.calls.length < 2) await Bun.sleep(5);
  const limited = await router.post(meQuery);
  expect([limited.status, limited.headers.get("retry-after")]).toEqual([503, "1"]);
  expect(((await limited.json()) as { errors: unknown[] }).errors).toHaveLength(1);
  expect(await Promise.all(begun)).toEqual([meAnswer, meAnswer]);
  expect(await router.query(meQuery)).toEqual(meAnswer);
});

test("who sheds too much is not ready for a while", async () => {
  const yaml = `
traffic_shaping: { router: { global_rate_limit: { capacity: 1, interval: 1h } } }
health_check: { listen: 127.0.0.1:0, readiness: { allowed: 3, interval: { sampling: 100ms, unready: 300ms } } }`;
  await using router = await startRouter({ supergraph: shop.supergraph, yaml });
  const readiness = async () => (await fetch(`${router.healthUrl}?ready`)).status;
  expect(await readiness()).toBe(200);
  await Promise.all(Array.from({ length: 20 }, () => router.post(meQuery)));
  while ((await readiness()) === 200) await Bun.sleep(10);
  while ((await readiness()) === 503) await Bun.sleep(10);
});

async function connectAll(port: number, count: number): Promise<RawConnection[]> {
  const clients: RawConnection[] = [];
  while (clients.length < count) {
    const batch = Array.from({ length: 250 }, () => new RawConnection(port));
    await Promise.all(batch.map(({ opened }) => opened));
    clients.push(...batch);
  }
  return clients;
}
