import { describe, expect, test } from "bun:test";
import { federated, planAndRun, planOnly, shape } from "./plan-world.ts";

const shop = federated({
  catalog: `
    type Query { products: [Product] pinned: Product }
    type Product @key(fields: "upc") { upc: ID! name: String }
  `,
  index: `type Product @key(fields: "upc") @key(fields: "id") { upc: ID! id: ID! }`,
  stock: `type Product @key(fields: "id") { id: ID! inStock: Int place: Place @shareable }
    type Place @shareable { shelf: String }`,
  maps: `type Product @key(fields: "id") { id: ID! place: Place @shareable }
    type Place { shelf: String @shareable row: Int }`,
});

test("a chain of keys leads to a subgraph that no direct key opens", async () => {
  const { plan, data, expected } = await planAndRun(shop, "{ products { name inStock } }");
  expect(shape(plan.node)).toBe("(catalog > index > stock)");
  expect(data).toEqual(expected);
});

test("a value without a key is asked again through its parent", async () => {
  const { plan, data, expected } = await planAndRun(shop, "{ pinned { inStock place { shelf row } } }");
  expect(shape(plan.node)).toBe("(catalog > index > (stock | maps))");
  expect(data).toEqual(expected);
});

test("entity fetches to one subgraph that can run at once are one batch", async () => {
  const { plan, calls, data, expected } = await planAndRun(
    shop,
    "{ products { inStock } pinned { inStock } }",
  );
  expect(shape(plan.node)).toBe("(catalog > index*1 > stock*1)");
  expect(calls).toHaveLength(3);
  expect(data).toEqual(expected);
});

test("the client's alias does not stand in the way of a key", async () => {
  const { calls, data, expected } = await planAndRun(shop, "{ pinned { upc: name inStock } }");
  expect(calls[0]).toBe("catalog {pinned{upc:name _0_upc:upc}}");
  expect(data).toEqual(expected);
});

test("what one subgraph answers alone is asked of it as it stands", async () => {
  const { calls } = await planAndRun(
    shop,
    "{ products { ...P } pinned { ...P } } fragment P on Product { upc name }",
  );
  expect(calls).toEqual(["catalog {products{upc name} pinned{upc name}}"]);
});

test("only the type name of the root needs no subgraph", async () => {
  expect(await planOnly(shop, "{ __typename kind: __typename }")).toEqual({ kind: "QueryPlan" });
});

test("conditions around whole fetches become nodes of the plan", async () => {
  const query =
    "query ($a: Boolean!, $b: Boolean!) { pinned { name inStock @include(if: $a) place @skip(if: $b) { shelf } } }";
  for (const variables of [
    { a: true, b: false },
    { a: false, b: true },
    { a: false, b: false },
  ]) {
    const { data, expected, calls } = await planAndRun(shop, query, variables);
    expect(data).toEqual(expected);
    expect(calls.some((call) => call.startsWith("stock"))).toBe(variables.a || !variables.b);
  }
});

describe("a fetch that either of two variables wants", () => {
  const query = `query ($a: Boolean!, $b: Boolean!) {
    products { name inStock @include(if: $a) place @skip(if: $b) { shelf } }
  }`;

  test.each([
    [{ a: true, b: false }, true],
    [{ a: true, b: true }, true],
    [{ a: false, b: false }, true],
    [{ a: false, b: true }, false],
  ])("with %p", async (variables, isWanted) => {
    const { data, expected, calls } = await planAndRun(shop, query, variables);
    expect(data).toEqual(expected);
    expect(calls.some((call) => call.startsWith("stock"))).toBe(isWanted);
    expect(calls.some((call) => call.startsWith("index"))).toBe(isWanted);
  });

  test("stands in the plan in conditions alone, once for each way to find out", async () => {
    const { node } = await planOnly(shop, query);
    const kinds = [
      ...new Set([...JSON.stringify(node).matchAll(/"kind":"([A-Z]\w+)"/g)].map(([, kind]) => kind)),
    ];
    expect(kinds.sort()).toEqual(["Condition", "Fetch", "Field", "Flatten", "InlineFragment", "Sequence"]);
  });

  test("and its opposite is always wanted", async () => {
    const both =
      "query ($a: Boolean!) { products { inStock @include(if: $a) place @skip(if: $a) { shelf } } }";
    expect(shape((await planOnly(shop, both)).node)).toBe("(catalog > index > stock)");
  });

  test("of the root leaves an empty answer where none is", async () => {
    const roots =
      "query ($a: Boolean!, $b: Boolean!) { products @include(if: $a) { name } pinned @include(if: $b) { name } }";
    const { data, calls } = await planAndRun(shop, roots, { a: false, b: false });
    expect([data, calls]).toEqual([{}, []]);
  });
});

test("what repeats in a subgraph's operation is a fragment there, whatever the client wrote", async () => {
  const products = "products { upc name } again: products { name upc }";
  const { plan, data, expected } = await planAndRun(
    shop,
    `{ ${products} ${Array.from({ length: 6 }, (_, index) => `p${index}: pinned { much_longer: upc another: name }`).join(" ")} }`,
  );
  const { operation } = plan.node as { operation: string };
  expect(operation).toContain("fragment f0 on Product{much_longer:upc another:name}");
  expect(operation.match(/much_longer:upc/g)).toHaveLength(1);
  expect(operation.match(/\.\.\.f0/g)).toHaveLength(6);
  expect(data).toEqual(expected);
});

test("introspection and the root's type name are not asked of any subgraph", async () => {
  const plan = await planOnly(shop, "{ __typename __schema { types { name } } pinned { name } }");
  expect(plan.node).toMatchObject({ kind: "Fetch", operation: "{pinned{name}}" });
});
