import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { type Client, createClient } from "graphql-ws";
import { openMarket, passthrough, priceQuery, until } from "./support/market.ts";
import { type RouterProcess, startRouter } from "./support/router-process.ts";

const market = openMarket();
const quick = `${passthrough}
plugins: { mycelium.streaming: { resubscribe: { backoff: 20ms, backoff_max: 50ms } } }`;

interface Watch {
  events: unknown[];
  ended: Promise<unknown>;
}

function watch(client: Client, query = priceQuery): Watch {
  const events: unknown[] = [];
  const ended = new Promise<unknown>((resolve) => {
    client.subscribe(
      { query },
      { next: (event) => events.push(event), error: resolve, complete: () => resolve("complete") },
    );
  });
  return { events, ended };
}

function clientOf(router: RouterProcess): Client {
  return createClient({ url: router.url.replace("http", "ws"), retryAttempts: 0 });
}

async function publishUntil(what: unknown[], count: number): Promise<void> {
  await until(() => {
    market.prices.publish({ sku: "a", price: 5 });
    return what.length >= count;
  }, "an event");
}

test("a reload keeps what still is valid, without the subgraph noticing, and ends the rest with a reason", async () => {
  await using router = await startRouter({
    supergraph: market.supergraph,
    yaml: quick,
    flags: ["--hot-reload"],
  });
  const client = clientOf(router);
  const kept = watch(client);
  const lost = watch(client, "subscription { secret }");
  await until(() => market.prices.size === 2, "two subscriptions");
  const opened = market.prices.opened.length;
  router.writeSupergraph(market.supergraph.replaceAll(/^\s*secret: String.*$/gm, ""));
  await router.logged("reloaded configuration and supergraph");
  expect(await lost.ended).toMatchObject([{ extensions: { code: "SUBSCRIPTION_SCHEMA_RELOAD" } }]);
  await publishUntil(kept.events, 1);
  expect(kept.events[0]).toEqual({ data: { priceChanged: { sku: "a", price: 5, name: "name of a" } } });
  expect(market.prices.opened.length).toBe(opened);
  router.writeConfig("subscription: { enabled: false }");
  expect(await kept.ended).toMatchObject([{ extensions: { code: "SUBSCRIPTION_CONFIG_RELOAD" } }]);
  await until(() => market.prices.size === 0, "the end at the subgraph");
  await client.dispose();
});

test.each([true, false])(
  "a subgraph that has moved is subscribed to where it is now (shared: %p)",
  async (shares) => {
    const yaml = `${passthrough.replace("enabled: true", `enabled: true, deduplication: { all: { enabled: ${shares} } }`)}`;
    await using router = await startRouter({ supergraph: market.supergraph, yaml, flags: ["--hot-reload"] });
    const client = clientOf(router);
    const [one, other] = [watch(client), watch(client)];
    await until(() => market.prices.size === (shares ? 1 : 2), "the subscriptions");
    const opened = market.prices.opened.length;
    router.writeConfig(
      `${yaml}\noverride_subgraph_url: { prices: "${market.prices.url.replace("localhost", "127.0.0.1")}" }`,
    );
    await until(() => market.prices.opened.length === opened + (shares ? 1 : 2), "the new ones");
    await until(() => market.prices.size === (shares ? 1 : 2), "the end of the old ones");
    await publishUntil(one.events, 1);
    await until(() => other.events.length > 0, "the other's event");
    await client.dispose();
    await until(() => market.prices.size === 0, "the end at the subgraph");
  },
);

test("a lost subgraph is found again, and the client told that there was a gap", async () => {
  await using router = await startRouter({ supergraph: market.supergraph, yaml: quick });
  const client = clientOf(router);
  const { events } = watch(client);
  await until(() => market.prices.size === 1, "the subscription");
  await market.prices.stop();
  await Bun.sleep(60);
  market.prices.restart();
  await until(() => market.prices.size === 1, "the subscription after the gap");
  await publishUntil(events, 1);
  expect(events[0]).toMatchObject({
    data: { priceChanged: { sku: "a" } },
    extensions: { streaming: { resumed: {} } },
  });
  await publishUntil(events, 2);
  expect(events[1]).not.toHaveProperty("extensions");
  await client.dispose();
});

test("a subgraph that stays away ends the stream with Apollo Router's code", async () => {
  const yaml = `${passthrough}\nplugins: { mycelium.streaming: { resubscribe: { attempts: 1, backoff: 10ms } } }`;
  await using router = await startRouter({ supergraph: market.supergraph, yaml });
  const client = clientOf(router);
  const { events, ended } = watch(client);
  await until(() => market.prices.size === 1, "the subscription");
  await market.prices.stop();
  expect(await ended).toBe("complete");
  market.prices.restart();
  expect(events).toMatchObject([
    { data: null, errors: [{ extensions: { code: expect.stringMatching(/^WEBSOCKET_/) } }] },
  ]);
  await client.dispose();
});

test("SIGTERM completes streams of every protocol and lets the process end", async () => {
  await using router = await startRouter({ supergraph: market.supergraph, yaml: passthrough });
  const client = clientOf(router);
  const socket = watch(client);
  const read = (accept: string) =>
    fetch(router.url, {
      method: "POST",
      headers: { "content-type": "application/json", accept },
      body: JSON.stringify({ query: priceQuery }),
    });
  const multipart = await read("multipart/mixed;subscriptionSpec=1.0");
  const events = await read("text/event-stream");
  await until(() => market.prices.size === 1, "the one shared subscription");
  router.signal("SIGTERM");
  expect(await socket.ended).toBe("complete");
  expect(await multipart.text()).toEndWith("\r\n--graphql--\r\n");
  expect(await events.text()).toEndWith("event: complete\ndata: \n\n");
  expect(await router.ended()).toBe(0);
});

test("300 clients that come, go, are cut off and are reloaded leave no socket behind", async () => {
  await using router = await startRouter({ supergraph: market.supergraph, yaml: quick });
  const sockets = () => readdirSync(`/proc/${router.pid}/fd`).length;
  const open = async (index: number): Promise<() => void> => {
    const query = `subscription { priceChanged(sku: "${index}") { sku } }`;
    if (index % 3 === 0) {
      const client = clientOf(router);
      client.subscribe({ query }, { next() {}, error() {}, complete() {} });
      return index % 2 === 0 ? () => client.terminate() : () => void client.dispose();
    }
    const abort = new AbortController();
    const accept = index % 3 === 1 ? "text/event-stream" : "multipart/mixed;subscriptionSpec=1.0";
    const answer = await fetch(router.url, {
      method: "POST",
      headers: { "content-type": "application/json", accept },
      body: JSON.stringify({ query }),
      signal: abort.signal,
    });
    void answer.text().catch(() => {});
    return () => abort.abort();
  };
  await fetch(router.url);
  const before = sockets();
  const leaving: (() => void)[] = [];
  for (let index = 0; index < 300; index++) {
    leaving.push(await open(index));
    if (index % 4 === 3) for (const leave of leaving.splice(0, Math.floor(Math.random() * 6))) leave();
    if (index % 100 === 50) router.signal("SIGHUP");
    if (index % 10 === 0) market.prices.publish({ sku: "a", price: index });
  }
  await until(() => market.prices.size >= leaving.length, "every subscription");
  for (const leave of leaving) leave();
  await until(() => market.prices.size === 0, "the end at the subgraph");
  await until(() => sockets() <= before + 2, "the end of every socket");
}, 60_000);
