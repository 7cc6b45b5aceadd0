import { expect, test } from "bun:test";
import { createPlanner } from "../../router/src/planner/create-planner.ts";
import { PlanningError } from "../../router/src/planner/planner.ts";
import { federated, planAndRun, planOnly, shape } from "./plan-world.ts";

const world = federated({
  a: `
    type Query { item: Item @shareable }
    type Mutation { first: Int third: Int }
    type Item @key(fields: "id") { id: ID! a: Int old: Int self: Item }
  `,
  b: `
    type Query { item: Item @shareable }
    type Mutation { second: Int }
    type Item @key(fields: "id") { id: ID! b: Int old: Int @override(from: "a", label: "percent(30)") more: Item @provides(fields: "c") c: Int @external }
  `,
  c: `
    type Query { ping: Int }
    type Item @key(fields: "id") { id: ID! c: Int }
  `,
});

test("a shared root field is asked of several subgraphs at once where that saves a step", async () => {
  const { plan, data, expected } = await planAndRun(world, "{ item { a b } }");
  expect(shape(plan.node)).toBe("(a | b)");
  expect(data).toEqual(expected);
});

test("what a field provides needs no fetch", async () => {
  const { plan, data, expected } = await planAndRun(world, "{ item { more { id c } } }");
  expect(shape(plan.node)).toBe("b");
  expect(data).toEqual(expected);
});

test("a progressive override moves the field by the roll", async () => {
  expect(shape((await planOnly(world, "{ item { a old } }", { overridePercentage: 29 })).node)).toBe(
    "(a | b)",
  );
  expect(shape((await planOnly(world, "{ item { a old } }", { overridePercentage: 30 })).node)).toBe("a");
});

test("mutations keep their order, neighbours of one subgraph sharing a fetch", async () => {
  const { plan } = await planAndRun(world, "mutation { first third second x: first }");
  expect(shape(plan.node)).toBe("(a > b > a)");
});

test("a mutation's field that is selected twice under unlike conditions runs once", async () => {
  const query = "mutation ($a: Boolean!) { first @include(if: $a) second first }";
  const { node } = await planOnly(world, query);
  expect(shape(node)).toBe("if a (a > b)");
  expect(node?.kind === "Condition" && shape(node.elseClause)).toBe("(b > a)");
});

test("doubling fragments are planned once each, and refused where they need fetches without end", async () => {
  const bomb = (leaf: string): string => {
    const parts = ["{ item { ...L0 } }"];
    for (let level = 0; level < 16; level++) {
      const inner = level < 15 ? `...L${level + 1}` : leaf;
      parts.push(`fragment L${level} on Item { x${level}: self { ${inner} } y${level}: self { ${inner} } }`);
    }
    return parts.join(" ");
  };
  const plan = await planOnly(world, bomb("a"));
  expect(JSON.stringify(plan).length).toBeLessThan(2_000);
  expect(planOnly(world, bomb("c"))).rejects.toThrow(PlanningError);
});

test("a supergraph is told from other schemas", () => {
  expect(() => createPlanner("type Query { a: Int }")).toThrow("enum join__Graph");
});

test("a subscription's events come from one subgraph, what else is asked for is fetched for each", async () => {
  const feed = federated({
    events: `type Query { ping: Int } type Subscription { changed: Item } type Item @key(fields: "id") { id: ID! }`,
    items: `type Item @key(fields: "id") { id: ID! name: String }`,
  });
  const { node } = await planOnly(feed, "subscription { changed { id name } }");
  expect(shape(node)).toBe("events from events > items");
});
