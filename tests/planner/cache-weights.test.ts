import { expect, test } from "bun:test";
import { createPlanner, type PlannerOptions } from "../../router/src/planner/create-planner.ts";
import { parseOperation } from "../../router/src/planner/normalize/normalize-operation.ts";
import { federated, shape } from "./plan-world.ts";

const { supergraphSdl } = federated({
  shop: `type Query { items: [Item] } type Item @key(fields: "id") { id: ID! }`,
  all: `type Item @key(fields: "id") { id: ID! name: String @shareable stock: Int @shareable }`,
  names: `type Item @key(fields: "id") { id: ID! name: String @shareable }`,
  stocks: `type Item @key(fields: "id") { id: ID! stock: Int @shareable }`,
});
const asked = {
  ...parseOperation("{ items { name stock } }", undefined),
  overrideLabels: new Set<string>(),
  overridePercentage: 100,
  defers: false,
};
/** The first plan asks for the rates, which are then read. */
const shapeWith = async (options: PlannerOptions) => {
  const planner = createPlanner(supergraphSdl, options);
  await planner.plan(asked);
  planner.reconsider();
  return shape((await planner.plan(asked)).node);
};

test("without hit rates one fetch is better than two, as it is where nothing is cached", async () => {
  expect(await shapeWith({})).toBe("(shop > all)");
  expect(await shapeWith({ hitRate: () => 0 })).toBe("(shop > all)");
  expect(await shapeWith({ hitRate: () => undefined })).toBe("(shop > all)");
});

test("two fetches that the cache mostly answers are better than one that it does not", async () => {
  const hitRate = (subgraph: string) => (subgraph === "all" ? 0 : 0.95);
  expect(await shapeWith({ hitRate })).toBe("(shop > (names | stocks))");
});

test("rates that have changed make another plan once they are reconsidered", async () => {
  let rate = 0;
  const planner = createPlanner(supergraphSdl, { hitRate: (subgraph) => (subgraph === "all" ? 0 : rate) });
  const now = async () => shape((await planner.plan(asked)).node);
  expect([await now(), planner.weighting]).toEqual(["(shop > all)", ""]);
  rate = 0.95;
  expect([await now(), planner.weighting]).toEqual(["(shop > all)", ""]);
  planner.reconsider();
  expect(await now()).toBe("(shop > (names | stocks))");
  expect(planner.weighting).not.toBe("");
});
