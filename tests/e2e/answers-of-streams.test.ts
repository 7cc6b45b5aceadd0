import { expect, test } from "bun:test";
import { readSamples } from "../../router/src/telemetry/test-support/prometheus-samples.ts";
import { openMarket, passthrough, priceQuery, until } from "./support/market.ts";
import { type RouterProcess, startRouter } from "./support/router-process.ts";

const market = openMarket();

const yaml = `${passthrough}
telemetry:
  exporters: { metrics: { prometheus: { enabled: true, listen: 127.0.0.1:0 } } }
  instrumentation:
    instruments:
      graphql: { field.execution: true }
      supergraph:
        market.answers:
          { type: counter, unit: answer, description: answers, value: event_unit, attributes: { graphql.operation.name: true } }
        market.prices:
          type: counter
          unit: price
          description: prices
          value: { event_custom: { response_data: $.priceChanged.price } }`;

const productQuery = "query Names { products { name } }";

async function ask(router: RouterProcess, query: string, accept: string): Promise<Response> {
  return fetch(router.url, {
    method: "POST",
    headers: { "content-type": "application/json", accept },
    body: JSON.stringify({ query }),
  });
}

/** One operation over a socket; resolves when it is over. */
function askOverSocket(router: RouterProcess, query: string): Promise<void> {
  const socket = new WebSocket(router.url.replace("http", "ws"), { protocols: ["graphql-transport-ws"] });
  return new Promise((resolve) => {
    socket.onopen = () => socket.send('{"type":"connection_init"}');
    socket.onmessage = ({ data }) => {
      const { type } = JSON.parse(String(data)) as { type: string };
      if (type === "connection_ack")
        socket.send(JSON.stringify({ type: "subscribe", id: "1", payload: { query } }));
      if (type !== "complete") return;
      socket.close();
      resolve();
    };
  });
}

test("each answer that a client gets is counted, in one piece, in parts and of a subscription", async () => {
  await using router = await startRouter({ supergraph: market.supergraph, yaml });
  await (await ask(router, productQuery, "application/json")).text();
  await askOverSocket(router, productQuery);
  const inParts = "query Parts { products { sku ... @defer { price } } }";
  await (await ask(router, inParts, "multipart/mixed;deferSpec=20220824, application/json")).text();

  const subscribed = await Promise.all(
    ["first", "second"].map(() => ask(router, priceQuery, "text/event-stream")),
  );
  await until(() => market.prices.size > 0, "the subscription");
  market.prices.publish({ sku: "a", price: 5 });
  market.prices.publish({ sku: "a", price: 6 });
  const counts = async () =>
    readSamples(await (await fetch(router.metricsUrl)).text())
      .filter(
        ({ name, labels }) => name.startsWith("market_") || labels.graphql_field_name === "priceChanged",
      )
      .map(({ name, labels, value }) => [name, labels.graphql_operation_name, value]);
  const expected = [
    ["graphql_field_execution_total", undefined, 4],
    ["market_answers_total", "Names", 2],
    ["market_answers_total", "Parts", 2],
    ["market_answers_total", "Prices", 4],
    ["market_prices_total", undefined, 22],
  ];
  let seen = await counts();
  for (let tries = 0; tries < 100 && !Bun.deepEquals(seen, expected); tries++) {
    await Bun.sleep(20);
    seen = await counts();
  }
  expect(seen).toEqual(expected);
  await Promise.all(subscribed.map(({ body }) => body?.cancel()));
});
