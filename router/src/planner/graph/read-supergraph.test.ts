import { expect, test } from "bun:test";
import { parse } from "graphql";
import { createPlanner } from "../create-planner.ts";
import { parseOperation } from "../normalize/normalize-operation.ts";
import { readSupergraph } from "./read-supergraph.ts";
import { SchemaView } from "./schema-view.ts";

const federation1 = `
  schema @core(feature: "https://specs.apollo.dev/core/v0.2") { query: Query }
  enum join__Graph { USERS @join__graph(name: "users", url: "") POSTS @join__graph(name: "posts", url: "") }
  type Query { me: User @join__field(graph: USERS) posts: [Post] @join__field(graph: POSTS) }
  type User @join__owner(graph: USERS) @join__type(graph: USERS, key: "id") @join__type(graph: POSTS, key: "id") {
    id: ID! @join__field(graph: USERS)
    name: String @join__field(graph: USERS)
    posts: [Post] @join__field(graph: POSTS)
  }
  type Post @join__owner(graph: POSTS) @join__type(graph: POSTS, key: "id") {
    id: ID! @join__field(graph: POSTS)
    author: User @join__field(graph: POSTS, provides: "name")
    place: Place @join__field(graph: POSTS)
  }
  type Place { city: String }
`;

const labelled = `
  enum join__Graph { A @join__graph(name: "a", url: "") B @join__graph(name: "b", url: "") }
  type Query @join__type(graph: A) @join__type(graph: B) {
    moving: Int @join__field(graph: A, overrideLabel: "beta") @join__field(graph: B, override: "a", overrideLabel: "beta")
    moved: Int @join__field(graph: A, usedOverridden: true) @join__field(graph: B, override: "a")
    third: Int @join__field(graph: A, overrideLabel: "percent(25)") @join__field(graph: B, override: "a", overrideLabel: "percent(25)")
  }
`;

test("federation 1 names owners; key fields are in every subgraph with the key", () => {
  const view = new SchemaView(readSupergraph(parse(federation1)), new Set());
  expect(view.options("User", "name").map(({ subgraph }) => subgraph)).toEqual([0]);
  expect(view.options("User", "id").map(({ subgraph }) => subgraph)).toEqual([0, 1]);
  expect(view.options("Place", "city")).toHaveLength(2);
});

test("federation 1 plans use what a field provides", async () => {
  const plan = await createPlanner(federation1).plan({
    ...parseOperation("{ posts { author { id name } place { city } } }", undefined),
    overrideLabels: new Set(),
    overridePercentage: 100,
    defers: false,
  });
  expect(plan.node).toMatchObject({ kind: "Fetch", operation: "{posts{author{id name} place{city}}}" });
});

test("an override moves a field for good, or while its label is active", () => {
  const model = readSupergraph(parse(labelled));
  const owners = (name: string, labels: string[]): number[] =>
    new SchemaView(model, new Set(labels)).options("Query", name).map(({ subgraph }) => subgraph);
  expect(owners("moved", [])).toEqual([1]);
  expect(owners("moving", [])).toEqual([0]);
  expect(owners("moving", ["beta"])).toEqual([1]);
});

test("labels are told apart: named ones, and percentages that a roll decides", () => {
  const { overrideLabels, overridePercentages } = createPlanner(labelled);
  expect(overrideLabels).toEqual(["beta"]);
  expect(overridePercentages).toEqual([25]);
});
