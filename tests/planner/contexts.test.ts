import { describe, expect, test } from "bun:test";
import { operationFromDocument, Supergraph } from "@apollo/federation-internals";
import { QueryPlanner } from "@apollo/query-planner";
import { parse } from "graphql";
import { PlanningError } from "../../router/src/planner/planner.ts";
import { planToJson } from "../../router/src/planner/print-plan.ts";
import { startRouter } from "../differential/engines/router.ts";
import { handwritten } from "../differential/schemas/index.ts";
import { buildWorld, CompositionFailed, type World } from "../differential/world/world.ts";
import { federated, planOnly } from "./plan-world.ts";

const stub = `type Query { randomId: ID! } type U @key(fields: "id") { id: ID! }`;

const same = federated({
  one: `
    type Query { t: T! list: [T!]! }
    type T @key(fields: "id") @context(name: "context") { id: ID! u: U! prop: String! }
    type U @key(fields: "id") { id: ID! b: String! field(a: String @fromContext(field: "$context { prop }")): Int! }
  `,
  two: stub,
});
const other = federated({
  one: `
    type Query { t: T! }
    type T @key(fields: "id") @context(name: "context") { id: ID! u: U! prop: String! @external }
    type U @key(fields: "id") { id: ID! field(a: String @fromContext(field: "$context { prop }")): Int! }
  `,
  two: `type Query { a: Int! } type T @key(fields: "id") { id: ID! prop: String! } type U @key(fields: "id") { id: ID! }`,
});
const onInterface = federated({
  one: `
    type Query { t: I! }
    interface I @context(name: "context") @key(fields: "id") { id: ID! u: U! prop: String! }
    type A implements I @key(fields: "id") { id: ID! u: U! prop: String! }
    type B implements I @key(fields: "id") { id: ID! u: U! prop: String! }
    type U @key(fields: "id") { id: ID! field(a: String @fromContext(field: "$context { prop }")): Int! }
  `,
  two: stub,
});
const ofQuery = federated({
  one: `
    type Query @context(name: "site") { me: User! product: Product }
    type User @key(fields: "id") { id: ID! locale: String! }
    type Product @key(fields: "id") { id: ID! price(locale: String @fromContext(field: "$site { me { locale } }")): Int! }
  `,
  two: `type Query { randomId: ID! } type Product @key(fields: "id") { id: ID! }`,
});
const inFetchAtHand = federated({
  names: `
    type Query { customer: Customer }
    type Customer @key(fields: "id") { id: ID! identifiers: Identifiers mid: ID }
    type Identifiers @key(fields: "id") { id: ID! id5: ID }
  `,
  accounts: `
    type Customer @key(fields: "id") @context(name: "who") { id: ID! accounts: Accounts mid: ID @external identifiers: Identifiers @external }
    type Identifiers @key(fields: "id") { id: ID! id5: ID @external }
    type Accounts @key(fields: "id") {
      id: ID!
      foo(size: String a: ID @fromContext(field: "$who { identifiers { id5 } }") b: ID @fromContext(field: "$who { mid }")): Foo
    }
    type Foo { id: ID }
  `,
});

const cases: [name: string, world: World, query: string][] = [
  ["of the same subgraph", same, "{ t { u { b field } } }"],
  ["over a list", same, "{ list { u { field } } }"],
  ["of another subgraph", other, "{ t { u { id field } } }"],
  ["of an interface", onInterface, "{ t { u { field } } }"],
  ["of the query", ofQuery, "{ product { price } }"],
  ["in a fetch that is made anyway", inFetchAtHand, '{ customer { accounts { foo(size: "x") { id } } } }'],
];

describe("as Apollo's planner has it: an argument from a context", () => {
  test.each(cases)("%s", async (_name, world, query) => {
    const ours = planToJson(await planOnly(world, query)) as { node: PlanJson };
    const supergraph = Supergraph.buildForTests(world.supergraphSdl);
    const apollo = new QueryPlanner(supergraph).buildQueryPlan(
      operationFromDocument(supergraph.apiSchema(), parse(query)),
    );
    expect(fetchesOf(ours.node)).toEqual(fetchesOf(JSON.parse(JSON.stringify(apollo.node)) as PlanJson));
  });
});

interface PlanJson {
  kind: string;
  serviceName?: string;
  path?: string[];
  node?: PlanJson;
  nodes?: PlanJson[];
  contextRewrites?: { path: string[] }[];
}

/** Subgraph, place and contextual variables of each fetch. A rewrite at the entity itself needs no type. */
function fetchesOf(node: PlanJson, path: readonly string[] = []): unknown[] {
  if (node.kind === "Fetch") {
    const contextRewrites = (node.contextRewrites ?? []).map((rewrite) => ({
      ...rewrite,
      path: rewrite.path[0]?.startsWith("... on") ? rewrite.path.slice(1) : rewrite.path,
    }));
    return [{ subgraph: node.serviceName, path: path.join("."), contextRewrites }];
  }
  const inner = node.kind === "Flatten" ? (node.path ?? []) : path;
  return [...(node.nodes ?? []), ...(node.node ? [node.node] : [])].flatMap((each) => fetchesOf(each, inner));
}

const contexts = buildWorld("contexts", handwritten.contexts!);

/** The router's answer, the monolith's, and what the subgraph was asked. */
async function run(world: World, query: string, subgraph: string) {
  const engine = await startRouter(world);
  const server = world.subgraphs.get(subgraph)!;
  const { execute } = server;
  const asked: { query: string; variables: Record<string, unknown> }[] = [];
  server.execute = (request) => {
    asked.push({ query: request.query, variables: request.variables ?? {} });
    return execute.call(server, request);
  };
  try {
    const expected = JSON.parse(JSON.stringify(world.monolith.execute({ query }).data));
    world.model.startOperation();
    const { data } = await engine.execute({ query });
    return { data, expected, asked };
  } finally {
    server.execute = execute;
    await engine.stop();
  }
}

test("one entity below two objects is looked up with the value of each, in one request", async () => {
  const { data, expected, asked } = await run(same, "{ list { u { id field } } }", "one");
  expect(data).toEqual(expected);
  const lookups = asked.filter(({ variables }) => Object.keys(variables).length > 0);
  // The engine asks everything more than once.
  expect(lookups.length * 2).toBe(asked.length);
  const { query, variables } = lookups[0]!;
  expect((expected as { list: { u: unknown }[] }).list.map(({ u }) => u)).toEqual([
    { id: "U-5-id", field: 903 },
    { id: "U-5-id", field: 208 },
  ]);
  const aliases = [...query.matchAll(/(_\d+): _entities\(representations: \$representations\1\)/g)];
  expect(aliases).toHaveLength(2);
  const values = aliases.map(([, alias]) => variables[`contextualArgument_1_0${alias}`]);
  expect(new Set(values).size).toBe(aliases.length);
});

test("objects that share the values need one lookup, as it stands in the plan", async () => {
  const { data, expected, asked } = await run(contexts, "{ basket { tax(rate: 3) } }", "shop");
  expect(data).toEqual(expected);
  expect(asked.at(-1)!.query).toContain("_entities(representations:$representations)");
  expect(Object.keys(asked.at(-1)!.variables)).toEqual(["representations", "contextualArgument_4_3"]);
});

test("aliases of the client do not stand in the way of the value", async () => {
  const query = "{ customers { currency: id tags: rank account { currency: balance region } } }";
  const { data, expected } = await run(contexts, query, "shop");
  expect(data).toEqual(expected);
});

test("a place where no object above sets the context does not compose, so no plan lacks it", () => {
  const sdls = {
    one: `type Query { t: T u: U } type T @key(fields: "id") @context(name: "c") { id: ID! u: U prop: String }
      type U @key(fields: "id") { id: ID! field(a: String @fromContext(field: "$c { prop }")): Int }`,
  };
  expect(() => federated(sdls)).toThrow(CompositionFailed);
});

const required = federated({
  one: `
    type Query { outer: Outer outers: [Outer!] }
    type Outer @context(name: "c") @key(fields: "id") { id: ID! region: String! @external stuff: Stuff stuffs: [Stuff!] mid: Middle }
    type Middle @shareable { stuff: Stuff }
    type Stuff @key(fields: "id") { id: ID! price(region: String @fromContext(field: "$c { region }"), times: Int = 1): Int }
  `,
  two: `type Outer @key(fields: "id") { id: ID! region: String! }`,
  three: `
    type Outer @key(fields: "id") {
      id: ID!
      stuff: Stuff @external
      stuffs: [Stuff!] @external
      mid: Middle @external
      total: Int @requires(fields: "stuff { price }")
      sum: Int @requires(fields: "stuffs { price(times: 2) } mid { stuff { price } }")
    }
    type Middle @shareable { stuff: Stuff @external }
    type Stuff @key(fields: "id") { id: ID! price(times: Int = 1): Int @external }
  `,
});

test.each([
  "{ outer { total } }",
  "{ outers { total sum } }",
  "{ outers { sum stuffs { price p: id } stuff { price(times: 3) } } }",
  "{ outers { total region: id stuff { price: id other: price(times: 2) } stuffs { _0_price: id price } } }",
])("a field that @requires selects takes its argument from the object that requires: %s", async (query) => {
  const { data, expected } = await run(required, query, "three");
  expect(data).toEqual(expected);
  expect(JSON.stringify(expected)).not.toContain("null");
});

test("where such a field is a key, or its object requires it, the graph does not compose", () => {
  const one = (more: string) => `
    type Query { outer: Outer } type Outer @context(name: "c") @key(fields: "id") { id: ID! region: String inner: Inner }
    type Inner @key(fields: "id") ${more} { id: ID! price(region: String @fromContext(field: "$c { region }")): Int }`;
  const requiring = `type Inner @key(fields: "id") { id: ID! price: Int @external total: Int @requires(fields: "price") }`;
  expect(() => federated({ one: one(""), two: requiring })).toThrow(CompositionFailed);
  const two = `type Inner @key(fields: "price") { price: Int name: String }`;
  expect(() => federated({ one: one('@key(fields: "price")'), two })).toThrow(CompositionFailed);
});

test("the operation with too many of them is refused", async () => {
  const levels = Array.from(
    { length: 15 },
    (_, i) => `fragment F${i} on T { a: u { t { ...F${i + 1} } } b: u { t { ...F${i + 1} } } }`,
  );
  const world = federated({
    one: `type Query { t: T } type T @key(fields: "id") @context(name: "c") { id: ID! u: U prop: String }
      type U @key(fields: "id") { id: ID! t: T field(a: String @fromContext(field: "$c { prop }")): Int }`,
  });
  const query = `{ t { ...F0 } } ${levels.join(" ")} fragment F15 on T { u { field } }`;
  await expect(planOnly(world, query)).rejects.toThrow(PlanningError);
});
