import { afterAll, beforeAll, expect, test } from "bun:test";
import { openMarket, passthrough, until } from "./support/market.ts";
import { type RouterProcess, startRouter } from "./support/router-process.ts";

const market = openMarket();
let router: RouterProcess;

const yaml = `${passthrough}
cors: { policies: [{ origins: ["https://shop.example"] }] }
plugins:
  mycelium.streaming:
    websocket: { connection_init_timeout: 300ms, operations_per_connection: 2, ping_interval: 300ms }`;

beforeAll(async () => {
  router = await startRouter({ supergraph: market.supergraph, yaml });
});
afterAll(() => router[Symbol.asyncDispose]());

interface Peer {
  socket: WebSocket;
  received: Record<string, unknown>[];
  closed: Promise<{ code: number; reason: string }>;
  say(message: unknown): void;
}

async function connect(protocol = "graphql-transport-ws", headers = {}): Promise<Peer> {
  const socket = new WebSocket(router.url.replace("http", "ws"), { protocols: [protocol], headers });
  const received: Record<string, unknown>[] = [];
  socket.onmessage = ({ data }) => received.push(JSON.parse(String(data)));
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.onclose = ({ code, reason }) => resolve({ code, reason });
  });
  await new Promise((resolve) => {
    socket.onopen = resolve;
    socket.onerror = resolve;
  });
  return { socket, received, closed, say: (message) => socket.send(JSON.stringify(message)) };
}

async function acknowledged(): Promise<Peer> {
  const peer = await connect();
  peer.say({ type: "connection_init" });
  await until(() => peer.received.some(({ type }) => type === "connection_ack"), "the acknowledgement");
  return peer;
}

const subscribe = { type: "subscribe", id: "1", payload: { query: "subscription { priceChanged { sku } }" } };

test("no connection_init in time: 4408", async () => {
  expect(await (await connect()).closed).toEqual({ code: 4408, reason: "Connection initialisation timeout" });
});

test("a second connection_init: 4429", async () => {
  const peer = await acknowledged();
  peer.say({ type: "connection_init" });
  expect(await peer.closed).toEqual({ code: 4429, reason: "Too many initialisation requests" });
});

test("subscribe before the acknowledgement: 4401", async () => {
  const peer = await connect();
  peer.say(subscribe);
  expect(await peer.closed).toEqual({ code: 4401, reason: "Unauthorized" });
});

test.each([
  "no json",
  '{"type":"dance"}',
  '{"type":"subscribe"}',
  '{"type":"subscribe","id":"","payload":{}}',
])("%p: 4400", async (text) => {
  const peer = await acknowledged();
  peer.socket.send(text);
  expect(await peer.closed).toEqual({ code: 4400, reason: "Invalid message received" });
});

test("an id that is in use: 4409, and more operations than allowed: 4429", async () => {
  const twice = await acknowledged();
  twice.say(subscribe);
  twice.say(subscribe);
  expect(await twice.closed).toEqual({ code: 4409, reason: "Subscriber for 1 already exists" });
  const many = await acknowledged();
  for (const id of ["1", "2", "3"]) many.say({ ...subscribe, id });
  expect((await many.closed).code).toBe(4429);
});

test("an id may be used again once its operation is over", async () => {
  const peer = await acknowledged();
  const once = { type: "subscribe", id: "1", payload: { query: "{ __typename }" } };
  for (const times of [1, 2]) {
    peer.say(once);
    await until(() => peer.received.filter(({ type }) => type === "complete").length === times, "the end");
  }
  peer.socket.close();
});

test("operations that are not valid are refused with an error message", async () => {
  const peer = await acknowledged();
  peer.say({ type: "subscribe", id: "x", payload: { query: "{ nothing }" } });
  await until(() => peer.received.some(({ type }) => type === "error"), "the error");
  const { payload } = peer.received.find(({ type }) => type === "error") as {
    payload: { message: string }[];
  };
  expect(payload[0]?.message).toContain("nothing");
  peer.socket.close();
});

test("a ping is answered, and one without an answer ends the connection: 4499", async () => {
  const peer = await acknowledged();
  peer.say({ type: "ping", payload: { a: 1 } });
  await until(() => peer.received.some(({ type }) => type === "pong"), "the pong");
  expect(peer.received.find(({ type }) => type === "pong")).toEqual({ type: "pong", payload: { a: 1 } });
  expect((await peer.closed).code).toBe(4499);
});

test("the protocol of subscriptions-transport-ws is refused with a reason", async () => {
  const peer = await connect("graphql-ws");
  const { code, reason } = await peer.closed;
  expect(code).toBe(4406);
  expect(reason).toContain("subscriptions-transport-ws is not supported");
  expect(peer.received).toMatchObject([{ type: "connection_error", payload: { message: reason } }]);
});

test("pages of foreign origins open no socket, those that the policy knows do", async () => {
  const upgrade = (origin: string) =>
    fetch(router.url, {
      headers: {
        connection: "upgrade",
        upgrade: "websocket",
        "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
        "sec-websocket-version": "13",
        "sec-websocket-protocol": "graphql-transport-ws",
        origin,
      },
    });
  expect((await upgrade("https://evil.example")).status).toBe(403);
  const known = await connect("graphql-transport-ws", { origin: "https://shop.example" });
  expect(known.socket.readyState).toBe(WebSocket.OPEN);
  known.socket.close();
});
