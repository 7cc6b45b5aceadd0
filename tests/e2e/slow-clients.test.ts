import { afterEach, expect, test } from "bun:test";
import { RawConnection, writePost } from "./support/raw-connection.ts";
import { type RouterProcess, startRouter } from "./support/router-process.ts";
import { answerUsers, meAnswer, meQuery, openShop } from "./support/shop.ts";

const shop = openShop();
afterEach(() => shop.reset());

const head = "GET / HTTP/1.1\r\nhost: localhost\r\n";

test("who never finishes a head is cut after about ten seconds, and holds nobody up", async () => {
  await using router = await startRouter({ supergraph: shop.supergraph });
  using silent = new RawConnection(router.port);
  using halfway = new RawConnection(router.port);
  halfway.send(head);
  using dribbling = new RawConnection(router.port);
  dribbling.send(head);
  const dribble = setInterval(() => dribbling.send("x-more: 1\r\n"), 400);
  const startedMs = performance.now();
  expect(await router.query(meQuery)).toEqual(meAnswer);
  await Promise.all([silent.closed, halfway.closed, dribbling.closed]);
  clearInterval(dribble);
  expect(performance.now() - startedMs).toBeWithin(7_000, 16_000);
  expect(silent.received + halfway.received + dribbling.received).toBe("");
}, 25_000);

test("a body that never ends is given up by the router's timeout", async () => {
  const yaml = "traffic_shaping: { router: { timeout: 500ms } }";
  await using router = await startRouter({ supergraph: shop.supergraph, yaml });
  using client = new RawConnection(router.port);
  client.send(writePost(JSON.stringify({ query: meQuery })).slice(0, -5));
  await client.receives("504 ");
  expect(shop.users.calls).toHaveLength(0);
});

test.each([
  ["one huge header", `x-huge: ${"a".repeat(200_000)}\r\n`, "431 "],
  ["a thousand headers", Array.from({ length: 1_000 }, (_, n) => `x-${n}: a\r\n`).join(""), "431 "],
  ["a header without a name", ": a\r\n", "400 "],
  ["two lengths", "content-length: 1\r\ncontent-length: 2\r\n", "400 "],
])("%s is refused", async (_what, headers, status) => {
  await using router = await startRouter({ supergraph: shop.supergraph });
  using client = new RawConnection(router.port);
  client.send(`${head}${headers}\r\n`);
  await client.receives(status);
  await client.closed;
  expect(await router.query(meQuery)).toEqual(meAnswer);
});

test.each([
  ["no HTTP", "lorem ipsum\r\n\r\n"],
  ["a TLS greeting", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"],
  ["a version that does not exist", "GET / HTTP/7.0\r\nhost: a\r\n\r\n"],
])("%s is refused and the connection closed", async (_what, bytes) => {
  await using router = await startRouter({ supergraph: shop.supergraph });
  using client = new RawConnection(router.port);
  client.send(bytes);
  await client.closed;
  expect(client.received).not.toContain("200 OK");
  expect(await router.query(meQuery)).toEqual(meAnswer);
});

test("a long query in the URL is taken as Apollo Router takes it", async () => {
  await using router = await startRouter({ supergraph: shop.supergraph });
  const query = encodeURIComponent(`{ version } #${"a".repeat(50_000)}`);
  const answer = await fetch(`${router.url}?query=${query}`, {
    headers: { "apollo-require-preflight": "true" },
  });
  expect(await answer.json()).toEqual({ data: { version: "1" } });
});

test("who does not read the answer costs its bytes, not the router", async () => {
  const name = "a".repeat(4 * 1024 * 1024);
  shop.users.answer = () => Response.json({ data: { me: { __typename: "User", id: "1", name } } });
  await using router = await startRouter({ supergraph: shop.supergraph });
  const clients = Array.from({ length: 10 }, () => new RawConnection(router.port));
  for (const client of clients) {
    client.pause();
    client.send(writePost(JSON.stringify({ query: "{ me { name } }" })));
  }
  while (shop.users.calls.length < 10) await Bun.sleep(5);
  shop.users.reset(answerUsers);
  expect(await router.query(meQuery)).toEqual(meAnswer);
  for (const client of clients) client[Symbol.dispose]();
  expect(await stillAnswers(router)).toBe(true);
});

async function stillAnswers(router: RouterProcess): Promise<boolean> {
  return Bun.deepEquals(await router.query(meQuery), meAnswer);
}
