import { expect, test } from "bun:test";
import { pricesSdl, productsSdl } from "./support/event-subgraph.ts";
import { openMarket, until } from "./support/market.ts";
import { freePort, startRouter } from "./support/router-process.ts";
import { compose } from "./support/shop.ts";
import { Subgraph } from "./support/subgraph.ts";

const market = openMarket();

interface Announced {
  subscriptionId: string;
  callbackUrl: string;
  verifier: string;
  heartbeatIntervalMs: number;
}

test("the callback protocol: verification, events, heartbeats, the end", async () => {
  const announced: Announced[] = [];
  const accepts: (string | null)[] = [];
  await using prices = new Subgraph({
    name: "prices",
    sdl: pricesSdl,
    answer: ({ extensions, headers }) => {
      accepts.push(headers.get("accept"));
      announced.push((extensions as { subscription: Announced }).subscription);
      return Response.json({ data: null });
    },
  });
  const port = freePort();
  const yaml = `
subscription:
  mode: { callback: { public_url: "http://127.0.0.1:${port}/callback", listen: "127.0.0.1:${port}", path: /callback, heartbeat_interval: 100s } }`;
  const supergraph = compose([prices, { name: "products", sdl: productsSdl, url: market.products.url }]);
  await using router = await startRouter({ supergraph, yaml });
  const response = await fetch(router.url, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "multipart/mixed;subscriptionSpec=1.0" },
    body: JSON.stringify({ query: "subscription { priceChanged { sku name } }" }),
  });
  await until(() => announced.length === 1, "the announcement");
  const { subscriptionId: id, callbackUrl, verifier, heartbeatIntervalMs } = announced[0]!;
  expect(heartbeatIntervalMs).toBe(100_000);
  expect(callbackUrl).toBe(`http://127.0.0.1:${port}/callback/${id}`);
  expect(accepts[0]).toContain("application/json;callbackSpec=1.0");

  const call = (message: object, url = callbackUrl) =>
    fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ kind: "subscription", id, verifier, ...message }),
    });
  const checked = await call({ action: "check" });
  expect([checked.status, checked.headers.get("subscription-protocol")]).toEqual([204, "callback/1.0"]);
  expect((await call({ action: "check", verifier: "guessed" })).status).toBe(401);
  expect((await call({ action: "check" }, callbackUrl.replace(id, "other"))).status).toBe(400);
  expect((await call({ action: "dance" })).status).toBe(400);
  expect((await call({ action: "heartbeat", ids: [id] })).status).toBe(204);
  expect((await call({ action: "heartbeat", ids: ["other"] })).status).toBe(401);
  const half = await call({ action: "heartbeat", ids: [id, "other"] });
  expect([half.status, await half.json()]).toMatchObject([404, { invalid_ids: ["other"], id, verifier }]);
  const payload = { data: { priceChanged: { __typename: "Product", sku: "a" } } };
  expect((await call({ action: "next", payload })).status).toBe(200);
  expect((await call({ action: "complete" })).status).toBe(202);
  expect((await call({ action: "next", payload })).status).toBe(404);
  const text = await response.text();
  expect(text).toContain('{"payload":{"data":{"priceChanged":{"sku":"a","name":"name of a"}}}}');
  expect(text).toEndWith("\r\n--graphql--\r\n");
});

test("several workers refuse callbacks, which may reach any of them", async () => {
  const { findUnshareable } = await import("../../router/src/server/workers/check-shared-state.ts");
  const { configFromYaml } = await import("../../router/src/config/router-config.ts");
  const config = configFromYaml(
    'subscription: { mode: { callback: { public_url: "http://a/" , listen: "127.0.0.1:5001" } } }',
  );
  expect(findUnshareable(config, 2)).toContain("subscription.mode.callback");
});
