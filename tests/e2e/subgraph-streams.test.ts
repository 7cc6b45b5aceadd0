import { expect, test } from "bun:test";
import { configFromYaml } from "../../router/src/config/router-config.ts";
import { createRouter } from "../../router/src/router.ts";
import { InProcessTransport } from "../../router/src/subgraph-client/in-process-transport.ts";
import { openMarket, passthrough, until } from "./support/market.ts";
import { startRouter } from "./support/router-process.ts";

const market = openMarket();
const counting = JSON.stringify({ query: "subscription { counter(to: 2) }" });
const headers = { "content-type": "application/json", accept: "text/event-stream" };
const counted =
  'event: next\ndata: {"data":{"counter":1}}\n\nevent: next\ndata: {"data":{"counter":2}}\n\nevent: complete\ndata: \n\n';

test("a subgraph over server-sent events, and its end when the client leaves", async () => {
  const yaml = `subscription: { enabled: true }
plugins: { mycelium.streaming: { subgraphs: { prices: { protocol: sse } } } }`;
  await using router = await startRouter({ supergraph: market.supergraph, yaml });
  const whole = await fetch(router.url, { method: "POST", headers, body: counting });
  expect(await whole.text()).toEndWith(counted);
  const endless = await fetch(router.url, {
    method: "POST",
    headers,
    body: JSON.stringify({ query: "subscription { priceChanged { sku name } }" }),
  });
  await until(() => market.prices.size === 1, "the subscription");
  const reader = endless.body!.getReader();
  market.prices.publish({ sku: "z", price: 1 });
  let text = "";
  while (!text.includes("name of z")) text += new TextDecoder().decode((await reader.read()).value);
  await reader.cancel();
  await until(() => market.prices.size === 0, "the end at the subgraph");
});

test("a subgraph in the router's own process, without configuration of a mode", async () => {
  const handler = (request: Request) => fetch(new Request(market.prices.url, request));
  const router = createRouter({
    supergraphSdl: market.supergraph,
    config: configFromYaml("subscription: { enabled: true }"),
    transportFor: ({ name }) => (name === "prices" ? new InProcessTransport(handler) : undefined),
  });
  const request = new Request("http://router.test/", { method: "POST", headers, body: counting });
  expect(await (await router.fetch(request)).text()).toEndWith(counted);
  router.close();
});

test("the protocol before graphql-transport-ws, with the token where such subgraphs look for it", async () => {
  const received: Record<string, unknown>[] = [];
  const legacy = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request, server) => {
      received.push({
        protocol: request.headers.get("sec-websocket-protocol"),
        path: new URL(request.url).pathname,
        extensions: request.headers.get("sec-websocket-extensions"),
      });
      server.upgrade(request, { headers: { "sec-websocket-protocol": "graphql-ws" } });
      return undefined;
    },
    websocket: {
      message(socket, text) {
        const message = JSON.parse(String(text));
        received.push(message);
        if (message.type === "connection_init") socket.send('{"type":"connection_ack"}');
        if (message.type !== "start") return;
        socket.send('{"type":"ka"}');
        socket.send(JSON.stringify({ type: "data", id: message.id, payload: { data: { counter: 7 } } }));
        socket.send(JSON.stringify({ type: "complete", id: message.id }));
      },
    },
  });
  const yaml = `${passthrough.replace("protocol: graphql_ws", "protocol: graphql_transport_ws, path: /old")}
headers: { all: { request: [{ propagate: { named: authorization } }] } }
override_subgraph_url: { prices: "http://127.0.0.1:${legacy.port}/" }`;
  await using router = await startRouter({ supergraph: market.supergraph, yaml });
  const answer = await fetch(router.url, {
    method: "POST",
    headers: { ...headers, authorization: "Bearer a" },
    body: counting,
  });
  expect(await answer.text()).toContain('data: {"data":{"counter":7}}');
  await until(() => received.some(({ type }) => type === "connection_terminate"), "the termination");
  expect(received.slice(0, 3)).toMatchObject([
    { protocol: "graphql-ws", path: "/old", extensions: null },
    { type: "connection_init", payload: { connectionParams: { token: "Bearer a" } } },
    { type: "start", payload: { query: expect.stringContaining("counter") } },
  ]);
  await legacy.stop(true);
});

test.each([
  ["completes", '{"type":"complete","id":"1"}', "ended it before it acknowledged the connection"],
  ["refuses", '{"type":"error","id":"1","payload":[{"message":"not today"}]}', "not today"],
  ["talks nonsense", "nonsense", "ended it before it acknowledged the connection"],
])("a subgraph that %s before it acknowledged is told of at once", async (_, first, reason) => {
  using hasty = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request, server) => (server.upgrade(request) ? undefined : new Response(null, { status: 400 })),
    websocket: { message: (socket) => void socket.send(first) },
  });
  const yaml = `${passthrough}\noverride_subgraph_url: { prices: "http://127.0.0.1:${hasty.port}/" }`;
  await using router = await startRouter({ supergraph: market.supergraph, yaml });
  const startedAt = performance.now();
  const answer = await fetch(router.url, { method: "POST", headers, body: counting });
  expect(await answer.text()).toContain(reason);
  expect(performance.now() - startedAt).toBeLessThan(4_000);
});

test("subscriptions with equal headers share a socket to the subgraph, as many as are allowed", async () => {
  const begun = new Map<string, { socket: Bun.ServerWebSocket<unknown>; id: string }>();
  const sockets = new Set<Bun.ServerWebSocket<unknown>>();
  const stopped: string[] = [];
  using several = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request, server) => {
      server.upgrade(request, { headers: { "sec-websocket-protocol": "graphql-transport-ws" } });
      return undefined;
    },
    websocket: {
      open: (socket) => void sockets.add(socket),
      close: (socket) => void sockets.delete(socket),
      message(socket, text) {
        const { type, id, payload } = JSON.parse(String(text));
        if (type === "connection_init") socket.send('{"type":"connection_ack"}');
        if (type === "subscribe") begun.set(/to:\s*(\d+)/.exec(payload.query)![1]!, { socket, id });
        if (type === "complete") stopped.push(id);
      },
    },
  });
  const say = (to: string, type: string) => {
    const { socket, id } = begun.get(to)!;
    const payload = type === "next" ? { data: { counter: Number(to) } } : undefined;
    socket.send(JSON.stringify({ type, id, payload }));
  };
  const yaml = `${passthrough}
headers: { all: { request: [{ propagate: { named: authorization } }] } }
plugins: { mycelium.streaming: { subscriptions_per_subgraph_socket: 2, resubscribe: { attempts: 0 } } }
override_subgraph_url: { prices: "http://127.0.0.1:${several.port}/" }`;
  await using router = await startRouter({ supergraph: market.supergraph, yaml });
  const subscribe = async (to: string, authorization: string) => {
    const abort = new AbortController();
    const answer = await fetch(router.url, {
      method: "POST",
      headers: { ...headers, authorization },
      body: JSON.stringify({ query: `subscription { counter(to: ${to}) }` }),
      signal: abort.signal,
    });
    return { text: () => answer.text(), leave: () => abort.abort() };
  };
  const [first, second] = await Promise.all([subscribe("1", "a"), subscribe("2", "a")]);
  expect(sockets.size).toBe(1);
  const third = await subscribe("3", "a");
  const stranger = await subscribe("4", "b");
  await until(() => begun.size === 4, "all subscriptions");
  expect(sockets.size).toBe(3);

  // Who leaves is told of alone; the place is taken by who comes next.
  first.leave();
  await until(() => stopped.length === 1, "the end of one");
  expect(stopped).toEqual([begun.get("1")!.id]);
  say("2", "next");
  say("2", "complete");
  const secondText = await second.text();
  expect(secondText).toContain('{"data":{"counter":2}}');
  expect(secondText).not.toContain('{"data":{"counter":1}}');
  await until(() => sockets.size === 2, "the end of the empty socket");
  const fifth = await subscribe("5", "a");
  await until(() => begun.size === 5, "the fifth");
  expect(begun.get("5")!.socket).toBe(begun.get("3")!.socket);

  // A lost socket takes all its subscriptions with it, and no other.
  begun.get("3")!.socket.terminate();
  expect(await third.text()).toContain("WEBSOCKET_MESSAGE_ERROR");
  expect(await fifth.text()).toContain("WEBSOCKET_MESSAGE_ERROR");
  say("4", "complete");
  expect(await stranger.text()).toEndWith("event: complete\ndata: \n\n");
}, 20_000);
