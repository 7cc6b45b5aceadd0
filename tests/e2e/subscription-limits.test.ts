import { expect, test } from "bun:test";
import { connect } from "node:net";
import { openMarket, passthrough, priceQuery, until } from "./support/market.ts";
import { type RouterProcess, startRouter } from "./support/router-process.ts";

const market = openMarket();

function post(router: RouterProcess, query: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(router.url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "multipart/mixed;subscriptionSpec=1.0",
      ...headers,
    },
    body: JSON.stringify({ query }),
  });
}

async function codeOf(response: Response): Promise<[number, unknown]> {
  const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] };
  return [response.status, errors[0]?.extensions.code];
}

test("a client that reads single answers only is refused", async () => {
  await using router = await startRouter({ supergraph: market.supergraph, yaml: passthrough });
  expect(await codeOf(await post(router, priceQuery, { accept: "application/json" }))).toEqual([
    406,
    "SUBSCRIPTION_BAD_HEADER",
  ]);
});

test.each([
  ["", "SUBSCRIPTION_DISABLED"],
  ["subscription: { enabled: true }", "INVALID_SUBSCRIPTION_MODE"],
])("%p: %s", async (yaml, code) => {
  await using router = await startRouter({ supergraph: market.supergraph, yaml });
  expect(await codeOf(await post(router, priceQuery))).toEqual([200, code]);
});

test("no more than max_opened_subscriptions, and a place that is left can be taken", async () => {
  const yaml = passthrough.replace("enabled: true,", "enabled: true, max_opened_subscriptions: 1,");
  await using router = await startRouter({ supergraph: market.supergraph, yaml });
  const first = await post(router, priceQuery);
  expect(await codeOf(await post(router, priceQuery))).toEqual([200, "SUBSCRIPTION_MAX_LIMIT"]);
  await first.body?.cancel();
  await until(() => market.prices.size === 0, "the end at the subgraph");
  const second = await post(router, priceQuery);
  expect(second.headers.get("content-type")).toContain("multipart/mixed");
  await second.body?.cancel();
});

test("max_lifetime ends a stream with its code", async () => {
  const yaml = passthrough.replace("enabled: true,", "enabled: true, max_lifetime: 100ms,");
  await using router = await startRouter({ supergraph: market.supergraph, yaml });
  const text = await (await post(router, priceQuery)).text();
  expect(text).toContain(
    '{"payload":null,"errors":[{"message":"subscription closed because the maximum lifetime has been reached","extensions":{"code":"SUBSCRIPTION_MAX_LIFETIME_EXCEEDED"}}]}',
  );
});

test("equal subscriptions share one at the subgraph; headers that reach it tell them apart", async () => {
  const yaml = `${passthrough.replace("enabled: true,", "enabled: true, deduplication: { all: { ignored_headers: [x-noise] } },")}
headers: { all: { request: [{ propagate: { named: x-who } }, { propagate: { named: x-noise } }] } }`;
  await using router = await startRouter({ supergraph: market.supergraph, yaml });
  const opened = market.prices.opened.length;
  const streams = await Promise.all([
    post(router, priceQuery, { "x-who": "ada", "x-noise": "1" }),
    post(router, priceQuery, { "x-who": "ada", "x-noise": "2" }),
    post(router, priceQuery, { "x-who": "bob" }),
  ]);
  await until(() => market.prices.size === 2, "two subscriptions");
  expect(
    market.prices.opened
      .slice(opened)
      .map(({ headers }) => headers.get("x-who"))
      .sort(),
  ).toEqual(["ada", "bob"]);
  for (const stream of streams) await stream.body?.cancel();
  await until(() => market.prices.size === 0, "the end at the subgraph");
});

test.each(["drop_oldest", "close"])(
  "a client that does not read is bounded: %s",
  async (policy) => {
    const yaml = `${passthrough.replace("enabled: true,", "enabled: true, queue_capacity: 8,")}
plugins: { mycelium.streaming: { slow_consumers: ${policy} } }
telemetry: { exporters: { metrics: { prometheus: { enabled: true, listen: 127.0.0.1:0 } } } }`;
    await using router = await startRouter({ supergraph: market.supergraph, yaml });
    const slow = connect(router.port, "127.0.0.1");
    slow.pause();
    const body = JSON.stringify({ query: "subscription { priceChanged { sku } }" });
    slow.write(
      `POST / HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\naccept: multipart/mixed;subscriptionSpec=1.0\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    await until(() => market.prices.size === 1, "the subscription");
    const sku = "x".repeat(100_000);
    const skipped = async () =>
      /apollo_router_skipped_event_count_total\S* ([1-9]\d*)/.test(
        await (await fetch(router.metricsUrl)).text(),
      );
    while (!(await skipped())) {
      for (let count = 0; count < 50; count++) market.prices.publish({ sku, price: count });
      await Bun.sleep(10);
    }
    if (policy === "close") await until(() => market.prices.size === 0, "the end at the subgraph");
    else expect(market.prices.size).toBe(1);
    slow.destroy();
    await until(() => market.prices.size === 0, "the end at the subgraph");
  },
  60_000,
);
