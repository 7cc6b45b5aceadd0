import { afterEach, expect, test } from "bun:test";
import { failToStart, startRouter } from "./support/router-process.ts";
import { openShop } from "./support/shop.ts";

const shop = openShop();
afterEach(() => shop.reset());

const yaml = `
headers:
  all: { request: { operations: [ { insert: { name: x-kind, from_context: "apollo::supergraph::operation_kind" } } ] } }
telemetry:
  instrumentation:
    events:
      router:
        seen:
          on: response
          level: info
          message: seen at the router
          attributes:
            body: { response_body: true }
            first: { response_errors: "$[0].extensions.code" }
            count: { response_errors_count: "$[*]" }
            codes: { response_errors_field: "$.extensions.code" }
            kind: { response_context: "apollo::supergraph::operation_kind" }
      supergraph:
        seen:
          on: response
          level: info
          message: seen at the supergraph
          attributes:
            name: { response_data: "$.me.name" }
            errors: { response_errors: "$[*].message" }
            wanted: { query_variable: "wanted" }
            depth: { query: depth }
            fields: { query: root_fields }
      subgraph:
        seen:
          on: response
          level: info
          message: seen at a subgraph
          attributes:
            subgraph: { subgraph_name: true }
            review: { subgraph_response_data: "$._entities[0].review" }
            error: { subgraph_response_errors: "$[0].message" }
            wanted: { subgraph_query_variable: "wanted" }
`;

test("what clients and subgraphs were told can be looked into", async () => {
  await using router = await startRouter({ supergraph: shop.supergraph, yaml });
  const query = "query ($wanted: Boolean!) { me { name @include(if: $wanted) review } }";
  const ask = () => router.query(query, { body: JSON.stringify({ query, variables: { wanted: true } }) });
  await ask();
  await ask();
  shop.reviews.answer = () =>
    Response.json({ data: null, errors: [{ message: "no", extensions: { code: "NO" } }] });
  const failed = await ask();
  await router.logged("seen at the router", 3);
  const seen = (message: string) => router.lines.filter((line) => line.message === message);
  const [first, second, third] = seen("seen at the router");
  expect(first).toMatchObject({
    body: JSON.stringify({ data: { me: { name: "Ada", review: "good" } } }),
    count: 0,
    kind: "query",
  });
  expect(first!.first).toBeUndefined();
  expect(second!.body).toBe(first!.body);
  expect(third).toMatchObject({ body: JSON.stringify(failed), first: "NO", count: 1, codes: ["NO"] });
  expect(seen("seen at the supergraph")).toMatchObject([
    { name: "Ada", wanted: true, depth: 2, fields: 1 },
    { name: "Ada" },
    { name: "Ada", errors: "no" },
  ]);
  expect(seen("seen at a subgraph")).toMatchObject([
    { subgraph: "users", wanted: true },
    { subgraph: "reviews", review: "good" },
    { subgraph: "users" },
    // The same bytes as before, which nobody else had to read.
    { subgraph: "reviews", review: "good" },
    { subgraph: "users" },
    { subgraph: "reviews", error: "no" },
  ]);
  expect(shop.users.calls[0]!.headers.get("x-kind")).toBe("query");
});

test("a path that this engine does not read is said so before anything starts", async () => {
  const refused = await failToStart({
    supergraph: shop.supergraph,
    yaml: yaml.replace("$[0].message", "$[?(@.message)]"),
  });
  expect(refused.exitCode).toBe(3);
  expect(refused.stderr).toContain("subgraph_response_errors");
});
