import type { ResponseCacheMeters } from "../observer.ts";
import type { InstrumentDescription, MetricRegistry } from "./metric-registry.ts";

const prefix = "apollo.router.operations.response_cache";

/** Named as Apollo Router names them; what it has no name for begins with `mycelium`. */
const instruments = {
  fetch: {
    name: `${prefix}.fetch`,
    kind: "histogram",
    description: "Time to fetch data from cache",
    unit: "s",
  },
  fetchErrors: {
    name: `${prefix}.fetch.error`,
    kind: "counter",
    description: "Errors when fetching data from cache",
    unit: "{error}",
  },
  entities: {
    name: `${prefix}.fetch.entity`,
    kind: "histogram",
    description: "Number of entities per subgraph fetch node",
    unit: "{entity}",
  },
  insert: {
    name: `${prefix}.insert`,
    kind: "histogram",
    description: "Time to insert new data in cache",
    unit: "s",
  },
  insertErrors: {
    name: `${prefix}.insert.error`,
    kind: "counter",
    description: "Errors when inserting data in cache",
    unit: "{error}",
  },
  invalidation: {
    name: `${prefix}.invalidation`,
    kind: "histogram",
    description: "Time to invalidate data in cache",
    unit: "s",
  },
  invalidationEvents: {
    name: `${prefix}.invalidation.event`,
    kind: "counter",
    description: "Response cache received a batch of invalidation requests",
    unit: "{request}",
  },
  invalidationEntries: {
    name: `${prefix}.invalidation.entry`,
    kind: "counter",
    description: "Response cache counter for invalidated entries",
    unit: "{entry}",
  },
  invalidationErrors: {
    name: `${prefix}.invalidation.error`,
    kind: "counter",
    description: "Errors when invalidating data in cache",
    unit: "{error}",
  },
  cdnHeader: {
    name: `${prefix}.cdn_tag_header.outcome`,
    kind: "counter",
    description: "Outcome of building the CDN invalidation labels (Cache-Tag) header for a response",
    unit: "{response}",
  },
  verdicts: {
    name: "mycelium.cache.verdicts",
    kind: "counter",
    description: "Entities and root fetches by the reason why they came from the cache or did not",
    unit: "{entity}",
  },
} as const satisfies Readonly<Record<string, InstrumentDescription>>;

export function createResponseCacheMeters(
  metrics: MetricRegistry,
  isMeasured: () => boolean,
): ResponseCacheMeters {
  const find = (name: keyof typeof instruments) => metrics.instrument(instruments[name]);
  return {
    fetched: (subgraph, entities, ms) =>
      find("fetch").record(ms / 1_000, ["subgraph.name", "batch.size"], [subgraph, batchSize(entities)]),
    fetchFailed: (subgraph, code) =>
      find("fetchErrors").record(1, ["subgraph.name", "code"], [subgraph, code]),
    entities(subgraph, count) {
      if (isMeasured()) find("entities").record(count, ["subgraph.name"], [subgraph]);
    },
    inserted: (subgraph, entities, ms) =>
      find("insert").record(ms / 1_000, ["subgraph.name", "batch.size"], [subgraph, batchSize(entities)]),
    insertFailed: (subgraph, code) =>
      find("insertErrors").record(1, ["subgraph.name", "code"], [subgraph, code]),
    invalidationRequested: () => find("invalidationEvents").record(1, [], []),
    invalidated({ kind, subgraph, type }, entries, ms) {
      find("invalidation").record(ms / 1_000, ["kind"], [kind]);
      const names = ["kind", "subgraph.name", "graphql.type"];
      find("invalidationEntries").record(entries, names, [kind, subgraph, type]);
    },
    invalidationFailed: ({ kind, subgraph }, code) =>
      find("invalidationErrors").record(1, ["code", "kind", "subgraph.name"], [code, kind, subgraph]),
    cdnHeader: (outcome) => find("cdnHeader").record(1, ["outcome"], [outcome]),
    judged(subgraph, type, verdict, entities) {
      if (!isMeasured()) return;
      find("verdicts").record(
        entities,
        ["subgraph.name", "graphql.type", "verdict"],
        [subgraph, type, verdict],
      );
    },
  };
}

/** Few values, as it is an attribute. */
function batchSize(size: number): string {
  if (size === 0) return "0";
  if (size <= 10) return "1-10";
  if (size <= 20) return "11-20";
  return size <= 50 ? "21-50" : "51+";
}
