import { describe, expect, test } from "bun:test";
import { type ClientHttp2Session, connect, constants, type IncomingHttpHeaders } from "node:http2";
import { createCertificate } from "./support/certificate.ts";
import { openMarket, passthrough, until } from "./support/market.ts";
import { startRouter } from "./support/router-process.ts";

const market = openMarket();
const json = { ":method": "POST", ":path": "/", "content-type": "application/json" };

function ask(session: ClientHttp2Session, body: string, headers: Record<string, string> = {}) {
  const stream = session.request({ ...json, ...headers });
  const head = Promise.withResolvers<IncomingHttpHeaders>();
  const end = Promise.withResolvers<string>();
  let text = "";
  stream.on("response", head.resolve);
  stream.on("data", (bytes) => {
    text += bytes;
  });
  stream.on("end", () => end.resolve(text));
  stream.on("error", end.reject);
  stream.end(body);
  return { stream, head: head.promise, end: end.promise, text: () => text };
}

const counting = JSON.stringify({ query: "subscription { counter(to: 2) }" });
const typename = JSON.stringify({ query: "{ __typename }" });
const typenameAnswer = '{"data":{"__typename":"Query"}}';

test("queries side by side, and streams of both kinds, over one connection with prior knowledge", async () => {
  await using router = await startRouter({ supergraph: market.supergraph, yaml: passthrough });
  const session = connect(router.url);
  const answers = await Promise.all(Array.from({ length: 100 }, () => ask(session, typename).end));
  expect(new Set(answers)).toEqual(new Set([typenameAnswer]));
  const parts = ask(session, counting, { accept: "multipart/mixed;subscriptionSpec=1.0" });
  expect((await parts.head)["content-type"]).toBe('multipart/mixed;boundary="graphql";subscriptionSpec=1.0');
  expect(await parts.end).toContain('{"payload":{"data":{"counter":2}}}');
  const events = ask(session, counting, { accept: "text/event-stream" });
  expect(await events.end).toEndWith("event: complete\ndata: \n\n");
  session.close();
});

test("a stream that the client resets is over at the subgraph, and so is every one of a connection that goes", async () => {
  await using router = await startRouter({ supergraph: market.supergraph, yaml: passthrough });
  const session = connect(router.url);
  const watching = JSON.stringify({ query: "subscription { priceChanged { sku name } }" });
  const one = ask(session, watching, { accept: "text/event-stream" });
  one.end.catch(() => {});
  await until(() => market.prices.size === 1, "the subscription");
  market.prices.publish({ sku: "z", price: 1 });
  await until(() => one.text().includes("name of z"), "the event");
  one.stream.close(constants.NGHTTP2_CANCEL);
  await until(() => market.prices.size === 0, "the end at the subgraph");
  const other = ask(session, watching, { accept: "text/event-stream" });
  other.end.catch(() => {});
  await until(() => market.prices.size === 1, "the next subscription");
  session.destroy();
  await until(() => market.prices.size === 0, "its end");
});

test("limits hold as over HTTP/1.1, and HTTP/1.1 and its sockets go on beside", async () => {
  const yaml = `${passthrough}\nlimits: { http_max_request_bytes: 10000 }`;
  await using router = await startRouter({ supergraph: market.supergraph, yaml });
  const session = connect(router.url);
  const large = ask(
    session,
    JSON.stringify({ query: "{ __typename }", extensions: { a: "x".repeat(3_000_000) } }),
  );
  expect((await large.head)[":status"]).toBe(413 as unknown as string);
  large.end.catch(() => {});
  expect(await ask(session, typename).end).toBe(typenameAnswer);
  session.close();
  const answer = await fetch(router.url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: typename,
  });
  expect(await answer.json()).toEqual({ data: { __typename: "Query" } });
  const socket = new WebSocket(router.url.replace("http", "ws"), { protocols: ["graphql-transport-ws"] });
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  socket.close();
});

test("where TLS negotiates it", async () => {
  const { cert, key } = createCertificate("localhost");
  const yaml = `tls: ${JSON.stringify({ supergraph: { certificate: cert, certificate_chain: cert, key } })}`;
  await using router = await startRouter({ supergraph: market.supergraph, yaml });
  const url = router.url.replace("127.0.0.1", "localhost");
  const session = connect(url, { ca: cert });
  expect(await ask(session, typename).end).toBe(typenameAnswer);
  expect(session.alpnProtocol).toBe("h2");
  session.close();
  const post = { method: "POST", headers: { "content-type": "application/json" }, body: typename };
  expect(await (await fetch(url, { ...post, tls: { ca: cert } })).text()).toBe(typenameAnswer);
});

test("a client that does not read loses events and costs no memory", async () => {
  await using router = await startRouter({
    supergraph: market.supergraph,
    yaml: `${passthrough}
telemetry: { exporters: { metrics: { prometheus: { enabled: true, listen: 127.0.0.1:0 } } } }`,
  });
  const session = connect(router.url);
  const stalled = session.request({ ...json, accept: "text/event-stream" });
  stalled.end(JSON.stringify({ query: "subscription { priceChanged { sku } }" }));
  stalled.on("error", () => {});
  await until(() => market.prices.size === 1, "the subscription");
  const before = router.residentBytes;
  const sku = "x".repeat(10_000);
  for (let count = 0; count < 5_000; count++) {
    market.prices.publish({ sku, price: count });
    if (count % 50 === 0) await Bun.sleep(2);
  }
  await Bun.sleep(200);
  expect((router.residentBytes - before) / 1024 / 1024).toBeLessThan(40);
  const metrics = await (await fetch(router.metricsUrl)).text();
  const skipped = Number(/apollo_router_skipped_event_count_total\S* (\d+)/.exec(metrics)?.[1]);
  expect(skipped).toBeGreaterThan(4_000);
  session.destroy();
});

describe("a client that means harm is cut off, and others are answered", () => {
  test.each([
    ["resets thousands of streams", resetStreams],
    ["opens more streams than there may be", openStreams],
    ["sends more headers than are read", sendHeaders],
  ])("%s", async (_, harm) => {
    await using router = await startRouter({ supergraph: market.supergraph });
    const session = connect(router.url);
    const closed = new Promise<void>((resolve) => session.on("close", resolve));
    session.on("error", () => {});
    await harm(session);
    await closed;
    const post = { method: "POST", headers: { "content-type": "application/json" }, body: typename };
    expect(await (await fetch(router.url, post)).text()).toBe(typenameAnswer);
    expect(router.residentBytes / 1024 / 1024).toBeLessThan(160);
  });
});

async function resetStreams(session: ClientHttp2Session): Promise<void> {
  for (let count = 0; count < 20_000 && !session.destroyed; count++) {
    const stream = session.request(json);
    stream.on("error", () => {});
    stream.close(constants.NGHTTP2_CANCEL);
    if (count % 200 === 0) await Bun.sleep(0);
  }
}

async function openStreams(session: ClientHttp2Session): Promise<void> {
  for (let count = 0; count < 2_000 && !session.destroyed; count++) {
    const stream = session.request(json);
    stream.on("error", () => {});
    stream.write("{");
  }
}

async function sendHeaders(session: ClientHttp2Session): Promise<void> {
  const stream = session.request({ ...json, "x-large": "y".repeat(120_000) });
  stream.on("error", () => {});
}

test("SIGTERM lets what is under way end", async () => {
  await using router = await startRouter({ supergraph: market.supergraph, yaml: passthrough });
  const session = connect(router.url);
  const endless = ask(session, JSON.stringify({ query: "subscription { priceChanged { sku } }" }), {
    accept: "multipart/mixed;subscriptionSpec=1.0",
  });
  await until(() => market.prices.size === 1, "the subscription");
  router.signal("SIGTERM");
  expect(await endless.end).toEndWith("--graphql--\r\n");
  expect(await router.exited).toBe(0);
});
