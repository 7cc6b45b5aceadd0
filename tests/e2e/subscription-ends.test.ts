import { afterAll, expect, test } from "bun:test";
import { readSamples } from "../../router/src/telemetry/test-support/prometheus-samples.ts";
import { openMarket, passthrough, priceQuery, until } from "./support/market.ts";
import { type RouterProcess, startRouter } from "./support/router-process.ts";
import { bearer, TokenIssuer } from "./support/token-issuer.ts";

const market = openMarket();
const issuer = await TokenIssuer.open();
afterAll(() => issuer[Symbol.asyncDispose]());

const metrics =
  "telemetry: { exporters: { metrics: { prometheus: { enabled: true, listen: 127.0.0.1:0 } } } }";
const authenticated = `${passthrough}
authentication: { router: { jwt: { jwks: [{ url: "${issuer.url}" }] } } }`;
const accepts = { multipart: "multipart/mixed;subscriptionSpec=1.0", sse: "text/event-stream" };

function subscribe(
  router: RouterProcess,
  { query = priceQuery, headers = {} }: { query?: string; headers?: Record<string, string> } = {},
): Promise<Response> {
  return fetch(router.url, {
    method: "POST",
    headers: { "content-type": "application/json", accept: accepts.sse, ...headers },
    body: JSON.stringify({ query }),
  });
}

/** A token that is good for at least two seconds more, and three at most. */
function shortToken(): Promise<string> {
  return issuer.sign({ sub: "ada", exp: Math.floor(Date.now() / 1_000) + 3 });
}

test.each(Object.entries(accepts))(
  "a token that runs out ends a stream with its code: %s",
  async (_name, accept) => {
    await using router = await startRouter({ supergraph: market.supergraph, yaml: authenticated });
    const response = await subscribe(router, { headers: { accept, ...bearer(await shortToken()) } });
    await until(() => market.prices.size === 1, "the subscription");
    market.prices.publish({ sku: "before", price: 1 });
    const text = await response.text();
    expect(text).toContain('"sku":"before"');
    expect(text).toContain('"code":"SUBSCRIPTION_JWT_EXPIRED"');
    await until(() => market.prices.size === 0, "the end at the subgraph");
  },
);

test.each(["upgrade", "connection_init"])("over a socket, with the token of the %s", async (place) => {
  await using router = await startRouter({ supergraph: market.supergraph, yaml: authenticated });
  const token = bearer(await shortToken());
  const headers = place === "upgrade" ? token : {};
  const socket = new WebSocket(router.url.replace("http", "ws"), {
    protocols: ["graphql-transport-ws"],
    headers,
  });
  const received: { type: string; id?: string; payload?: unknown }[] = [];
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(String(data));
    received.push(message);
    if (message.type !== "connection_ack") return;
    socket.send(JSON.stringify({ type: "subscribe", id: "1", payload: { query: priceQuery } }));
  };
  socket.onopen = () =>
    socket.send(JSON.stringify({ type: "connection_init", ...(place !== "upgrade" && { payload: token }) }));
  await until(() => market.prices.size === 1, "the subscription");
  market.prices.publish({ sku: "before", price: 1 });
  await until(() => received.some(({ type }) => type === "complete" || type === "error"), "the end");
  expect(received.find(({ type }) => type === "next")).toMatchObject({
    payload: { data: { priceChanged: { sku: "before" } } },
  });
  expect(JSON.stringify(received)).toContain("SUBSCRIPTION_JWT_EXPIRED");
  await until(() => market.prices.size === 0, "the end at the subgraph");
  socket.close();
});

test("a connection on which nothing is subscribed is closed: over a socket, and as a stream of its own", async () => {
  const yaml = `${passthrough}
plugins: { mycelium.streaming: { websocket: { idle_timeout: 300ms }, sse: { idle_timeout: 300ms } } }`;
  await using router = await startRouter({ supergraph: market.supergraph, yaml });
  const socket = new WebSocket(router.url.replace("http", "ws"), { protocols: ["graphql-transport-ws"] });
  const closed = new Promise<[number, string]>((resolve) => {
    socket.onclose = ({ code, reason }) => resolve([code, reason]);
  });
  socket.onopen = () => socket.send('{"type":"connection_init"}');
  expect(await closed).toEqual([1000, "Idle"]);

  const reserved = await fetch(router.url, { method: "PUT" });
  const token = await reserved.text();
  const stream = await fetch(router.url, {
    headers: { accept: "text/event-stream", "x-graphql-event-stream-token": token },
  });
  expect(stream.status).toBe(200);
  await stream.text();
});

test("an operation keeps its connection, and so does one that has ended for as long as is allowed", async () => {
  const yaml = `${passthrough}
plugins: { mycelium.streaming: { websocket: { idle_timeout: 500ms } } }`;
  await using router = await startRouter({ supergraph: market.supergraph, yaml });
  const socket = new WebSocket(router.url.replace("http", "ws"), { protocols: ["graphql-transport-ws"] });
  let closedAtMs = 0;
  socket.onclose = () => {
    closedAtMs = performance.now();
  };
  socket.onmessage = ({ data }) => {
    if (!String(data).includes("connection_ack")) return;
    socket.send(JSON.stringify({ type: "subscribe", id: "1", payload: { query: priceQuery } }));
  };
  socket.onopen = () => socket.send('{"type":"connection_init"}');
  await until(() => market.prices.size === 1, "the subscription");
  await Bun.sleep(1_000);
  expect(closedAtMs).toBe(0);
  const endedAtMs = performance.now();
  socket.send('{"type":"complete","id":"1"}');
  await until(() => closedAtMs > 0, "the end of the connection");
  expect(closedAtMs - endedAtMs).toBeGreaterThan(450);
});

test("why clients' streams end is counted, with Apollo Router's name and reasons", async () => {
  const yaml = `${authenticated}
${metrics.replace(
  "telemetry: { ",
  `telemetry: { apollo: { client_name_header: x-app }, instrumentation: { instruments: { router: {
  apollo.router.operations.subscriptions.terminated.client: { attributes: { client.name: true, name: { operation_name: string } } } } } }, `,
)}`;
  await using router = await startRouter({ supergraph: market.supergraph, yaml });
  const counts = async () => {
    const samples = readSamples(await (await fetch(router.metricsUrl)).text());
    return samples
      .filter(({ name }) => name.startsWith("apollo_router_operations_subscriptions_terminated_client"))
      .map(({ labels: { reason, subgraph_name, client_name, name }, value }) =>
        [reason, subgraph_name, client_name, name, value].join(),
      );
  };
  await (
    await subscribe(router, { query: "subscription { counter(to: 2) }", headers: { "x-app": "web" } })
  ).text();
  const left = await subscribe(router);
  await left.body?.cancel();
  await until(() => market.prices.size === 0, "the end at the subgraph");
  await (await subscribe(router, { headers: bearer(await shortToken()) })).text();
  const open = await subscribe(router);
  router.writeConfig(yaml.replace("enabled: true, mode", "enabled: false, mode"));
  router.signal("SIGHUP");
  await open.text();
  expect((await counts()).toSorted()).toEqual([
    "client_disconnect,prices,,Prices,1",
    "config_reload,prices,,Prices,1",
    "jwt_expired,prices,,Prices,1",
    "server_close,prices,web,,1",
  ]);
});
