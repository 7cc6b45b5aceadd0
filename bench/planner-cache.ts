/**
 * Plans that know the entity cache: `bun bench/planner-cache.ts`. Three operations in turn over one supergraph, with a
 * cache of entities by subgraph and item and a made-up time for hits and misses. What the cache answered is counted as
 * it goes; one planner is told so from time to time, the other is not. Once few items are asked for often, once
 * every item once: there nothing is to be won, and nothing may be lost.
 */
import { createPlanner } from "../router/src/planner/create-planner.ts";
import { parseOperation } from "../router/src/planner/normalize/normalize-operation.ts";
import { federated, shape } from "../tests/planner/plan-world.ts";
import { executePlan } from "../tests/planner/reference-executor.ts";

const requests = 6_000;
const reconsiderEvery = 500;
const missMs = 10;
const hitMs = 0.2;
/** Subgraphs whose answers may be kept; what `all` says is private. */
const cached = new Set(["names", "stocks"]);

const world = federated({
  shop: `type Query { item(id: ID!): Item } type Item @key(fields: "id") { id: ID! }`,
  all: `type Item @key(fields: "id") { id: ID! name: String @shareable stock: Int @shareable }`,
  names: `type Item @key(fields: "id") { id: ID! name: String @shareable nick: String }`,
  stocks: `type Item @key(fields: "id") { id: ID! stock: Int @shareable shelf: String }`,
});
const operations = ["name nick", "stock shelf", "name stock"].map((fields) =>
  parseOperation(`query ($id: ID!) { item(id: $id) { ${fields} } }`, undefined),
);
const labels = { overrideLabels: new Set<string>(), overridePercentage: 100, defers: false };

console.table({
  "few items often, rates unknown": await run({ itemOf: popular, knowsRates: false }),
  "few items often, rates known": await run({ itemOf: popular, knowsRates: true }),
  "each item once, rates unknown": await run({ itemOf: (request) => request, knowsRates: false }),
  "each item once, rates known": await run({ itemOf: (request) => request, knowsRates: true }),
});

/** Entity fetches of one request run at once, so the slowest counts. */
async function run({ itemOf, knowsRates }: { itemOf(request: number): number; knowsRates: boolean }) {
  const keys = new Set<string>();
  const counts = new Map<string, { hits: number; asked: number }>();
  const rateOf = (subgraph: string): number | undefined => {
    const counted = counts.get(subgraph);
    return counted && counted.hits / counted.asked;
  };
  const planner = createPlanner(world.supergraphSdl, knowsRates ? { hitRate: rateOf } : {});
  const last = operations.at(-1)!;
  let entityRequests = 0;
  let totalMs = 0;
  for (let request = 0; request < requests; request++) {
    if (request % reconsiderEvery === 0) planner.reconsider();
    const plan = await planner.plan({ ...operations[request % operations.length]!, ...labels });
    const item = itemOf(request);
    let slowestMs = 0;
    await executePlan(plan, {
      variables: { id: `${item}` },
      calls: [],
      errors: [],
      send: (subgraph, query, values) => {
        if ("representations" in values) {
          const counted = counts.get(subgraph) ?? { hits: 0, asked: 0 };
          counts.set(subgraph, counted);
          const key = `${subgraph} ${item}`;
          const isHit = cached.has(subgraph) && keys.has(key);
          keys.add(key);
          counted.asked++;
          if (isHit) counted.hits++;
          else entityRequests++;
          slowestMs = Math.max(slowestMs, isHit ? hitMs : missMs);
        }
        return world.subgraphs.get(subgraph)!.execute({ query, variables: { ...values } });
      },
    });
    totalMs += slowestMs;
  }
  const { node } = await planner.plan({ ...last, ...labels });
  const meanEntityMs = Number((totalMs / requests).toFixed(2));
  return { requests, entityRequests, meanEntityMs, "plan of the third operation": shape(node) };
}

/** Few items are asked for often, many seldom. */
function popular(request: number): number {
  return Math.floor(1 / (((request * 7_919) % 1_000) / 1_000 + 0.001));
}
