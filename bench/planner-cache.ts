/**
 * Plans that know the entity cache: `bun bench/planner-cache.ts`. One supergraph, one operation, a cache of entities
 * by subgraph and key with a made-up time for hits and misses; the planner is told the measured rates, or not.
 */
import { createPlanner } from "../router/src/planner/create-planner.ts";
import { parseOperation } from "../router/src/planner/normalize/normalize-operation.ts";
import type { QueryPlan } from "../router/src/planner/plan.ts";
import { federated } from "../tests/planner/plan-world.ts";
import { executePlan } from "../tests/planner/reference-executor.ts";

const requests = 2_000;
const missMs = 10;
const hitMs = 0.2;
/** Subgraphs whose answers may be kept; what `all` says is private. */
const cached = new Set(["names", "stocks"]);

const world = federated({
  shop: `type Query { item(id: ID!): Item } type Item @key(fields: "id") { id: ID! }`,
  all: `type Item @key(fields: "id") { id: ID! name: String @shareable stock: Int @shareable }`,
  names: `type Item @key(fields: "id") { id: ID! name: String @shareable }`,
  stocks: `type Item @key(fields: "id") { id: ID! stock: Int @shareable }`,
});
const text = "query ($id: ID!) { item(id: $id) { name stock } }";
const asked = {
  ...parseOperation(text, undefined),
  overrideLabels: new Set<string>(),
  overridePercentage: 100,
  defers: false,
};

console.table({
  "rates unknown": await run(await createPlanner(world.supergraphSdl).plan(asked)),
  "rates known": await run(
    await createPlanner(world.supergraphSdl, {
      hitRate: (subgraph) => (cached.has(subgraph) ? 0.95 : 0),
    }).plan(asked),
  ),
});

/** Entity fetches of one request run at once, so the slowest counts. */
async function run(plan: QueryPlan) {
  const keys = new Set<string>();
  const counts = { entityRequests: 0, hits: 0 };
  let totalMs = 0;
  for (let request = 0; request < requests; request++) {
    let slowestMs = 0;
    await executePlan(plan, {
      variables: { id: `${popular(request)}` },
      calls: [],
      errors: [],
      send: (subgraph, query, values) => {
        if ("representations" in values) {
          const key = `${subgraph} ${JSON.stringify(values.representations)}`;
          const isHit = cached.has(subgraph) && keys.has(key);
          keys.add(key);
          counts[isHit ? "hits" : "entityRequests"]++;
          slowestMs = Math.max(slowestMs, isHit ? hitMs : missMs);
        }
        return world.subgraphs.get(subgraph)!.execute({ query, variables: { ...values } });
      },
    });
    totalMs += slowestMs;
  }
  const { entityRequests, hits } = counts;
  return { requests, entityRequests, hits, meanEntityMs: Number((totalMs / requests).toFixed(2)) };
}

/** Few items are asked for often, many seldom. */
function popular(request: number): number {
  return Math.floor(1 / (((request * 7_919) % 1_000) / 1_000 + 0.001));
}
