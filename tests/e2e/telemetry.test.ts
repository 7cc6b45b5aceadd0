import { afterAll, afterEach, expect, test } from "bun:test";
import { type DecodedSpan, decodeSpans } from "../../router/src/telemetry/test-support/otlp-decoder.ts";
import { readSamples } from "../../router/src/telemetry/test-support/prometheus-samples.ts";
import { failToStart, type RouterProcess, startRouter } from "./support/router-process.ts";
import { answerReviews, meAnswer, meQuery, openShop } from "./support/shop.ts";
import { after, silence } from "./support/subgraph.ts";

const shop = openShop();
afterEach(() => shop.reset());

const exported: DecodedSpan[] = [];
const collector = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  async fetch(request) {
    const bytes = new Uint8Array(await request.arrayBuffer());
    const isPacked = request.headers.get("content-encoding") === "gzip";
    exported.push(...decodeSpans(isPacked ? Bun.gunzipSync(bytes) : bytes));
    return new Response();
  },
});
afterAll(() => collector.stop(true));

const yaml = `
supergraph: { listen: 127.0.0.1:0, introspection: true }
traffic_shaping: { router: { timeout: 1s } }
telemetry:
  exporters:
    metrics: { prometheus: { enabled: true, listen: 127.0.0.1:0 } }
    tracing:
      propagation: { trace_context: true }
      otlp:
        enabled: true
        protocol: http
        endpoint: http://127.0.0.1:${collector.port}/v1/traces
        batch_processor: { scheduled_delay: 100ms }
  instrumentation:
    spans:
      router: { attributes: { baggage: true } }
      subgraph:
        attributes: { subgraph.graphql.document: true, size: { subgraph_response_body_size: true } }
`;

const traceId = "0af7651916cd43dd8448eb211c80319c";
const traceparent = `00-${traceId}-b7ad6b7169203331-01`;

test("the spans of a request hang together, and its trace goes on in the subgraphs", async () => {
  await using router = await startRouter({ supergraph: shop.supergraph, yaml });
  const baggage = "user=Ada%20L;secret, http.request.method=FORGED,tier = gold,broken";
  expect(await ask(router, meQuery, { traceparent, baggage })).toEqual(meAnswer);
  const spans = await spansOf(traceId);
  const root = spans.find(({ kind }) => kind === serverKind)!;
  expect(root.attributes).toMatchObject({ user: "Ada L", tier: "gold", "http.request.method": "POST" });
  const parentOf = (span: DecodedSpan) => spans.find(({ spanId }) => spanId === span.parentSpanId);
  const named = (name: string) => spans.find(({ name: other }) => other === name)!;

  for (const name of ["parse_query", "supergraph"]) expect(parentOf(named(name))?.kind).toBe(serverKind);
  for (const name of ["query_planning", "execution", "format_response"]) {
    expect(parentOf(named(name))?.name).toBe("supergraph");
  }
  const fetches = spans.filter(({ name }) => name === "subgraph");
  expect(fetches.map(({ attributes }) => attributes["subgraph.name"])).toEqual(["users", "reviews"]);
  for (const fetch of fetches) {
    expect(parentOf(fetch)?.name).toBe("execution");
    expect(fetch.attributes["subgraph.graphql.document"]).toMatch(/me|_entities/);
    expect(Number(fetch.attributes.size)).toBeGreaterThan(20);
  }

  const sent = [...shop.users.calls, ...shop.reviews.calls].map(({ headers }) => headers.get("traceparent"));
  const requests = spans.filter(({ name }) => name === "subgraph_request");
  expect(sent).toEqual(requests.map(({ spanId }) => `00-${traceId}-${spanId}-01`));
});

test("metrics count requests, errors of the router and of subgraphs, and what caches hold", async () => {
  await using router = await startRouter({ supergraph: shop.supergraph, yaml });
  shop.reviews.answer = () => Response.json({ errors: [{ message: "no", extensions: { code: "BROKEN" } }] });
  await ask(router, meQuery);
  await ask(router, meQuery);
  await ask(router, "{ nothing }");
  await ask(router, "{ __schema { queryType { name } } }");
  await ask(router, "{ __schema { queryType { name } } }");
  const samples = readSamples(await (await fetch(router.metricsUrl)).text());
  const sampleOf = (name: string, labels: Record<string, string>) =>
    samples.find(
      (sample) =>
        sample.name === name &&
        Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
    )?.value;

  expect(sampleOf("apollo_router_graphql_error_total", { code: "BROKEN", subgraph_name: "reviews" })).toBe(2);
  expect(sampleOf("apollo_router_graphql_error_total", { code: "GRAPHQL_VALIDATION_FAILED" })).toBe(1);
  expect(
    sampleOf("http_server_request_duration_seconds_count", {
      http_response_status_code: "400",
      server_address: "127.0.0.1",
    }),
  ).toBe(1);
  expect(sampleOf("apollo_router_cache_hit_time_count", { kind: "query planner" })).toBe(1);
  expect(sampleOf("apollo_router_cache_miss_time_count", { kind: "query planner" })).toBe(1);
  expect(sampleOf("apollo_router_cache_hit_time_count", { kind: "introspection" })).toBe(1);
  expect(sampleOf("apollo_router_cache_size", { kind: "query planner", type: "memory" })).toBe(3);
  expect(sampleOf("apollo_router_cache_size", { kind: "introspection" })).toBe(1);
  expect(sampleOf("apollo_router_pipelines", {})).toBe(1);
});

test("the fields of every answer can be counted, be it read, replayed or one of a batch", async () => {
  const counting = "instruments: { graphql: { field.execution: true } }";
  await using router = await startRouter({
    supergraph: shop.supergraph,
    yaml: `${yaml.replace("instrumentation:", `instrumentation:\n    ${counting}`)}\nbatching: { enabled: true, mode: batch_http_link }`,
  });
  shop.users.answer = () => Response.json({ data: { mine: { __typename: "User", id: "1", name: "Ada" } } });
  const query = "query Mine { mine: me { ...parts } } fragment parts on User { name review }";
  for (let run = 0; run < 4; run++) await ask(router, query);
  expect(await send(router, [{ query }, { query }])).toHaveLength(2);
  const counts = readSamples(await (await fetch(router.metricsUrl)).text())
    .filter(({ name }) => name === "graphql_field_execution_total")
    .map(({ labels, value }) => [
      `${labels.graphql_type_name}.${labels.graphql_field_name}: ${labels.graphql_field_type}`,
      value,
    ]);
  expect(counts).toEqual([
    ["Query.me: User", 6],
    ["User.name: String", 6],
    ["User.review: String", 6],
  ]);
});

test("headers that the configuration names are masked, a subgraph's by what is said of it", async () => {
  const counting = `instruments:
      subgraph:
        seen:
          type: counter
          unit: fetch
          description: d
          value: unit
          attributes:
            subgraph.name: true
            sent: { subgraph_request_header: x-tenant }
            asked: { supergraph_request_header: x-tenant }`;
  const headers = `headers:
  all: { request: { operations: [{ propagate: { named: x-tenant } }], masking: { sensitive_headers: [x-tenant] } } }
  subgraphs: { users: { request: { masking: { enabled: false } } } }`;
  await using router = await startRouter({
    supergraph: shop.supergraph,
    yaml: `${yaml.replace("instrumentation:", `instrumentation:\n    ${counting}`)}\n${headers}`,
  });
  await ask(router, meQuery, { "x-tenant": "acme" });
  const seen = readSamples(await (await fetch(router.metricsUrl)).text())
    .filter(({ name }) => name === "seen_total")
    .map(({ labels: { subgraph_name, sent, asked } }) => [subgraph_name, sent, asked]);
  expect(seen).toEqual([
    ["users", "acme", "***MASKED***"],
    ["reviews", "***MASKED***", "***MASKED***"],
  ]);
});

test("a request that times out is one line in the log, an error in the metrics and a span that failed", async () => {
  await using router = await startRouter({ supergraph: shop.supergraph, yaml });
  shop.reviews.answer = silence;
  const response = await fetch(router.url, {
    method: "POST",
    headers: { "content-type": "application/json", traceparent, "x-request-id": "request-7" },
    body: JSON.stringify({ query: meQuery }),
  });
  expect(response.status).toBe(504);
  await router.logged("request failed");
  const lines = router.lines.filter(({ message }) => message === "request failed");
  expect(lines).toEqual([
    expect.objectContaining({
      level: "ERROR",
      request_id: "request-7",
      code: "GATEWAY_TIMEOUT",
      status: 504,
    }),
  ]);
  const text = await (await fetch(router.metricsUrl)).text();
  const errors = readSamples(text).filter(({ name }) => name === "apollo_router_graphql_error_total");
  expect(errors.map(({ labels, value }) => [labels.code, value])).toEqual([["GATEWAY_TIMEOUT", 1]]);
});

test("what goes well, and what is the client's mistake, leaves no line", async () => {
  await using router = await startRouter({ supergraph: shop.supergraph, yaml });
  shop.reviews.answer = after(50, answerReviews);
  await ask(router, meQuery);
  await ask(router, "{ nothing }");
  expect(router.messages.filter((message) => message.includes("request"))).toEqual([]);
});

test("what this engine cannot observe ends the start with 3, and leaves a router that runs as it is", async () => {
  const unsupported = "telemetry: { instrumentation: { spans: { mode: deprecated } } }";
  const refused = await failToStart({ supergraph: shop.supergraph, yaml: unsupported });
  expect(refused.exitCode).toBe(3);
  expect(refused.stderr).toContain("deprecated");

  await using router = await startRouter({ supergraph: shop.supergraph, yaml });
  router.writeConfig(unsupported);
  router.signal("SIGHUP");
  await router.logged("reload failed");
  expect(await ask(router, meQuery)).toEqual(meAnswer);
  expect((await fetch(router.metricsUrl)).status).toBe(200);
});

const serverKind = 2;

function ask(router: RouterProcess, query: string, headers?: Record<string, string>) {
  return send(router, { query }, headers);
}

async function send(router: RouterProcess, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(router.url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  return response.json();
}

/** All spans of a trace once the last one of a request is there, oldest first as they ended. */
async function spansOf(id: string): Promise<DecodedSpan[]> {
  const find = () => exported.filter((span) => span.traceId === id);
  while (!find().some(({ kind }) => kind === serverKind)) await Bun.sleep(20);
  return find();
}
