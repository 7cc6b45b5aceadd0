import { describe, expect, test } from "bun:test";
import { parse } from "graphql";
import type { JsonObject } from "../json.ts";
import type { PlanNode } from "../planner/plan.ts";
import { compileAnswerCost } from "./answer-cost.ts";
import { CostError } from "./cost-error.ts";
import { readCostSchema } from "./cost-schema.ts";
import { compileOperationCost } from "./operation-cost.ts";
import { compilePlanCost, totalOf } from "./plan-cost.ts";

const types = `
  type Query {
    book: Book  titles: [String]  books: [Book!]!  shelves: [[Shelf]]  item: Item  thing: Thing
    heavy: Book @cost(weight: 40)  free: Int @cost(weight: 3)
    few: [Book] @listSize(assumedSize: 3)
    page(first: Int, last: Int): [Book] @listSize(slicingArguments: ["first", "last"], requireOneSlicingArgument: false)
    exact(first: Int, ids: [ID!]): [Book] @listSize(slicingArguments: ["first", "ids"])
    usual(first: Int = 7): [Book] @listSize(slicingArguments: ["first"])
    deep(input: Page): [Book] @listSize(slicingArguments: ["input.limits.first"])
    feed(first: Int): Feed! @listSize(slicingArguments: ["first"], sizedFields: ["edges", "nodes { books }"])
    search(filter: Filter, tags: [Tag], word: String @cost(weight: 5), blob: Blob): Int
  }
  type Mutation { rename(name: String): Book  reset: Boolean }
  input Page { limits: Limits }  input Limits { first: Int }
  input Filter { text: String @cost(weight: 2)  inner: Filter  many: [Filter] }
  input Tag @any { name: String }
  scalar Blob @cost(weight: 8)
  directive @any on INPUT_OBJECT
  enum Genre @cost(weight: 4) { A }
  type Book { title: String  author: Author  genre: Genre  pages: [Page2] }
  type Page2 { number: Int }
  type Author @cost(weight: 6) { name: String  books: [Book] }
  type Shelf { books: [Book] }
  type Feed { edges: [Edge]  nodes: Nodes  total: Int }
  type Nodes { books: [Book] }
  type Edge { node: Book }
  interface Item { title: String }  union Thing = Book | Shelf
`;

function schemaOf(imports = `["@cost", "@listSize"]`, text = types) {
  const link = `schema @link(url: "https://specs.apollo.dev/link/v1.0")
    @link(url: "https://specs.apollo.dev/cost/v0.1", import: ${imports}) { query: Query mutation: Mutation }`;
  return readCostSchema(parse(`${link} ${text}`));
}

const schema = schemaOf();

function estimate(text: string, variables: JsonObject = {}): number {
  return compileOperationCost(text, { schema, listSize: 100 })(variables);
}

describe("what an operation costs at most", () => {
  test.each<[string, number]>([
    ["{ titles }", 0],
    ["{ __typename book { __typename title } }", 1],
    ["{ books { title } }", 100],
    ["{ shelves { books { title } } }", 100 * (1 + 100)],
    ["{ item { title } thing { ... on Book { title author { name } } } }", 1 + 1 + 6],
    ["{ book { author { books { title } } } }", 1 + 6 + 100],
    ["{ heavy { title } free }", 43],
    ["{ book { genre } }", 1 + 4],
    ["{ few { title author { name } } }", 3 * (1 + 6)],
    ["{ a: book { title } b: book { title } }", 2],
    ["query { ...F } fragment F on Query { book { ...G } } fragment G on Book { author { name } }", 7],
    ["mutation { rename { title } }", 11],
    ["mutation { reset }", 10],
    ["{ book @skip(if: true) { title } books @include(if: false) { title } }", 0],
    ["query ($no: Boolean!) { book @skip(if: $no) { title } }", 1],
    ["{ page { title } }", 100],
    ["{ page(first: 4) { title } }", 4],
    ["{ page(first: 4, last: 9) { title } }", 9],
    ["{ page(first: -4) { title } }", 0],
    ["{ usual { title } }", 7],
    ["{ usual(first: 2) { title } }", 2],
    ['{ exact(ids: ["a", "b"]) { title } }', 2],
    ["{ deep(input: { limits: { first: 5 } }) { title } }", 5 + 2],
    ["{ feed(first: 5) { edges { node { title } } total } }", 1 + 5 * (1 + 1)],
    ["{ feed(first: 5) { nodes { books { title } } } }", 1 + 1 + 5],
    ["{ search }", 0],
    ['{ search(word: "a") }', 5],
    ['{ search(filter: { text: "a", inner: { text: "b" } }) }', 1 + 2 + 1 + 2],
    ["{ search(filter: { many: [{}, {}] }) }", 1 + 2],
    ["{ search(tags: [{ name: null }, {}]) }", 2],
    ["{ search(blob: { a: [1, 2] }) }", 8],
    ["{ search(filter: null, word: null) }", 0],
    [
      "query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Book { title author { name } } } }",
      100 * (1 + 6),
    ],
  ])("%s", (text, cost) => {
    expect(estimate(text)).toBe(cost);
  });

  test.each<[string, JsonObject, number]>([
    ["query ($n: Int) { page(first: $n) { title } }", { n: 12 }, 12],
    ["query ($n: Int) { page(first: $n) { title } }", {}, 100],
    ["query ($ids: [ID!]) { exact(ids: $ids) { title } }", { ids: ["a", "b", "c"] }, 3],
    ["query ($i: Page) { deep(input: $i) { title } }", { i: { limits: { first: 4 } } }, 4 + 2],
    ["query ($n: Int) { deep(input: { limits: { first: $n } }) { title } }", { n: 3 }, 3 + 2],
    ["query ($n: Int) { feed(first: $n) { edges { node { title } } } }", { n: 2 }, 1 + 2 * 2],
    ["query ($f: Filter) { search(filter: $f) }", { f: { text: "a", many: [{ text: "b" }] } }, 1 + 2 + 1 + 2],
    ["query ($b: Blob) { search(blob: $b) }", { b: [{ a: 1 }, 2] }, 8 * 3],
  ])("%s with %j", (text, variables, cost) => {
    expect(estimate(text, variables)).toBe(cost);
  });

  test.each(["{ exact { title } }", '{ exact(first: 1, ids: ["a"]) { title } }'])(
    "%s does not tell",
    (text) => {
      expect(() => estimate(text)).toThrow(CostError);
    },
  );

  test("directives may have other names", () => {
    const renamed = types.replaceAll("@cost", "@price").replaceAll("@listSize", "@cost__listSize");
    const costs = schemaOf(`[{ name: "@cost", as: "@price" }]`, renamed);
    const score = compileOperationCost("{ heavy { title } few { title } }", { schema: costs, listSize: 100 });
    expect(score({})).toBe(43);
  });
});

describe("what an answer did cost", () => {
  const actual = (text: string, data: JsonObject, variables: JsonObject = {}) =>
    compileAnswerCost(text, schema).score(data, variables);

  test.each<[string, JsonObject, number]>([
    [
      "{ books { title author { name } } }",
      {
        books: [
          { title: "a", author: { name: "b" } },
          { title: "c", author: null },
        ],
      },
      2 + 6 + 6,
    ],
    ["{ mine: book { name: title } }", { mine: { name: "a" } }, 1],
    ["{ book { genre } free }", { book: { genre: "A" }, free: 1 }, 1 + 4 + 3],
    ["{ shelves { books { title } } }", { shelves: [[{ books: [{ title: "a" }] }], []] }, 2],
    ['{ search(word: "a") }', { search: 1 }, 5],
    [
      "query { _entities { ... on Book { author { name } } } }",
      { _entities: [{ author: { name: "a" } }, null] },
      1 + 6,
    ],
    ["{ book { title } }", { book: null }, 0],
  ])("%s", (text, data, cost) => {
    expect(actual(text, data)).toBe(cost);
  });

  test("arguments that come from variables", () => {
    const text = "query ($f: Filter) { search(filter: $f) }";
    expect(actual(text, { search: 1 }, { f: { text: "a" } })).toBe(3);
    expect(compileAnswerCost(text, schema).isFixed).toBe(false);
    expect(compileAnswerCost("{ book { title } }", schema).isFixed).toBe(true);
  });
});

test("a plan costs what its fetches cost; of two sides, the larger counts for each subgraph", () => {
  const fetch = (serviceName: string, operation: string): PlanNode => ({
    kind: "Fetch",
    serviceName,
    operationKind: "query",
    operation,
    variableUsages: [],
  });
  const node: PlanNode = {
    kind: "Sequence",
    nodes: [
      fetch("a", "{ book { title } }"),
      {
        kind: "Condition",
        condition: "yes",
        ifClause: {
          kind: "Parallel",
          nodes: [fetch("a", "{ few { title } }"), fetch("b", "{ book { title } }")],
        },
        elseClause: { kind: "Flatten", path: [], node: fetch("b", "{ heavy { title } }") },
      },
    ],
  };
  const options = { schema, listSizeFor: () => 10 };
  const costs = compilePlanCost({ kind: "QueryPlan", node }, options)({});
  expect(Object.fromEntries(costs)).toEqual({ a: 1 + 3, b: 40 });
  expect(totalOf(costs)).toBe(44);
  expect(compilePlanCost({ kind: "QueryPlan" }, options)({}).size).toBe(0);
});
