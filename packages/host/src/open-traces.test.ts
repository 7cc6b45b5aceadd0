import { expect, test } from "bun:test";
import { createSubgraph } from "@mycelium/subgraph-kit";
import { testCaller, testContextHeader, trustTestCaller } from "@mycelium/subgraph-kit/testing";
import { openTraces } from "./open-traces.ts";

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const routerSpan = "00f067aa0ba902b7";

test("a subgraph's spans go to the collector, under the router's", async () => {
  const bodies: Buffer[] = [];
  using collector = Bun.serve({
    ...{ port: 0, hostname: "127.0.0.1" },
    async fetch(request) {
      if (new URL(request.url).pathname === "/v1/traces")
        bodies.push(Buffer.from(await request.arrayBuffer()));
      return new Response();
    },
  });
  const close = openTraces({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url.origin,
    OTEL_SERVICE_NAME: "kitchen",
  });
  await using subgraph = createSubgraph({
    ...{ name: "diary", typeDefs: "type Query { hello: String }", verifyContext: trustTestCaller },
    resolvers: { Query: { hello: () => "hello" } },
  });
  const response = await subgraph.app.request("/graphql", {
    method: "POST",
    headers: {
      ...{ "content-type": "application/json", [testContextHeader]: JSON.stringify(testCaller()) },
      traceparent: `00-${traceId}-${routerSpan}-01`,
    },
    body: JSON.stringify({ query: "query Greet { hello }" }),
  });
  expect(await response.json()).toEqual({ data: { hello: "hello" } });
  await close();
  const sent = Buffer.concat(bodies);
  for (const text of ["subgraph diary", "Greet", "kitchen"]) expect(sent.includes(text)).toBe(true);
  for (const id of [traceId, routerSpan]) expect(sent.includes(Buffer.from(id, "hex"))).toBe(true);
});

test("a collector that is away holds nothing up", async () => {
  const close = openTraces({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1" });
  await close();
});
