import { expect, test } from "bun:test";
import { readSamples } from "../test-support/prometheus-samples.ts";
import { requestWith, startTelemetry } from "../test-support/start-telemetry.ts";

/** What the counters say after one request that found two books of three, and no shelf. */
function countsOf(cache: object) {
  const { telemetry } = startTelemetry({
    exporters: { metrics: { prometheus: { enabled: true } } },
    instrumentation: { instruments: { cache } },
  });
  const observer = telemetry.observeRequest(requestWith());
  observer.operation({ name: "Shelf", kind: "query" });
  observer.cacheUsed({ subgraph: "books", type: "Book", isHit: true, entities: 2 });
  observer.cacheUsed({ subgraph: "books", type: "Book", isHit: false, entities: 1 });
  observer.cacheUsed({ subgraph: "shelves", type: "Shelf", isHit: false, entities: 1 });
  observer.end({ status: 200 });
  return readSamples(telemetry.renderPrometheus())
    .filter(({ name }) => name.includes("cache"))
    .map(({ name, labels: { otel_scope_name: _, ...labels }, value }) => [name, labels, value]);
}

const counter = "apollo_router_response_cache_total";

test("hits and misses are counted", () => {
  expect(countsOf({ "apollo.router.response.cache": true })).toEqual([
    [counter, { cache_hit: "true" }, 2],
    [counter, { cache_hit: "false" }, 2],
  ]);
});

test("with the type, the subgraph and the operation, as Apollo's page on observability has it", () => {
  const attributes = {
    "graphql.type.name": true,
    "subgraph.name": { subgraph_name: true },
    "supergraph.operation.name": { supergraph_operation_name: "string" },
  };
  const common = { supergraph_operation_name: "Shelf" };
  const books = { ...common, subgraph_name: "books", graphql_type_name: "Book" };
  const shelves = { ...common, subgraph_name: "shelves", graphql_type_name: "Shelf" };
  expect(countsOf({ "apollo.router.response.cache": { attributes } })).toEqual([
    [counter, { ...books, cache_hit: "true" }, 2],
    [counter, { ...books, cache_hit: "false" }, 1],
    [counter, { ...shelves, cache_hit: "false" }, 1],
  ]);
});

test("under the older name, and the type under another", () => {
  const attributes = { "graphql.type.name": { alias: "type" } };
  const older = countsOf({ "apollo.router.operations.entity.cache": { attributes } });
  expect(older[0]).toEqual([
    "apollo_router_operations_entity_cache_total",
    { type: "Book", cache_hit: "true" },
    2,
  ]);
});

test("not where nobody asks for it", () => {
  expect(countsOf({})).toEqual([]);
  expect(countsOf({ "apollo.router.response.cache": false })).toEqual([]);
});
