import { expect, test } from "bun:test";
import { federated, planAndRun, shape } from "./plan-world.ts";

const parcels = federated({
  orders: `
    type Query { orders: [Order] }
    type Order @key(fields: "id") { id: ID! weight(unit: String): Int size: Size customer: Customer }
    type Size @shareable { width: Int height: Int }
    type Customer @key(fields: "id") { id: ID! }
  `,
  customers: `type Customer @key(fields: "id") { id: ID! zone: Int name: String }`,
  shipping: `
    type Order @key(fields: "id") {
      id: ID!
      weight(unit: String): Int @external
      size: Size @external
      customer: Customer @external
      grams: Int @requires(fields: "weight(unit: \\"g\\")")
      pounds: Int @requires(fields: "weight(unit: \\"lb\\")")
      price: Int @requires(fields: "size { width height } customer { zone }")
      carrier: String
    }
    type Size @shareable { width: Int height: Int }
    type Customer @key(fields: "id") { id: ID! zone: Int @external }
  `,
  billing: `
    type Order @key(fields: "id") { id: ID! price: Int @external total: Int @requires(fields: "price") }
  `,
});

test("requirements are fetched first, through values and other entities", async () => {
  const { plan, data, expected, errors } = await planAndRun(parcels, "{ orders { price } }");
  expect(shape(plan.node)).toBe("(orders > customers > shipping)");
  expect(data).toEqual(expected);
  expect(errors).toEqual([]);
});

test("a field that requires a field that requires", async () => {
  const { plan, data, expected } = await planAndRun(parcels, "{ orders { total } }");
  expect(shape(plan.node)).toBe("(orders > customers > shipping > billing)");
  expect(data).toEqual(expected);
});

test("a fetch that waits for requirements takes along what need not wait", async () => {
  const { plan, data, expected } = await planAndRun(parcels, "{ orders { carrier price } }");
  expect(shape(plan.node)).toBe("(orders > customers > shipping)");
  expect(data).toEqual(expected);
});

test("one field required with two arguments goes into two representations of one batch", async () => {
  const { plan, data, expected, errors } = await planAndRun(parcels, "{ orders { grams pounds weight } }");
  expect(shape(plan.node)).toBe("(orders > shipping*2)");
  expect(data).toEqual(expected);
  expect(errors).toEqual([]);
});

test("a condition on one use does not keep another from its requirements", async () => {
  const query =
    "query ($a: Boolean!) { orders @include(if: $a) { price } orders { carrier total @skip(if: $a) } }";
  for (const a of [true, false]) {
    const { data, expected, errors } = await planAndRun(parcels, query, { a });
    expect(data).toEqual(expected);
    expect(errors).toEqual([]);
  }
});

const circle = federated({
  left: `
    type Query { nodes: [Node] }
    type Node @key(fields: "id") { id: ID! seed: Int b: Int @external a: Int @requires(fields: "b") media: Media }
    union Media = Photo | Video
    type Photo @shareable { url: String }
    type Video @shareable { seconds: Int }
  `,
  right: `
    type Node @key(fields: "id") {
      id: ID!
      seed: Int @external
      a: Int @external
      media: Media @external
      b: Int @requires(fields: "seed")
      c: Int @requires(fields: "a")
      preview: String @requires(fields: "media { ... on Photo { url } ... on Video { seconds } }")
    }
    union Media = Photo | Video
    type Photo @shareable { url: String }
    type Video @shareable { seconds: Int }
  `,
});

test("two subgraphs that require of each other are asked in turns", async () => {
  const { plan, data, expected, errors } = await planAndRun(circle, "{ nodes { c } }");
  expect(shape(plan.node)).toBe("(left > right > left > right)");
  expect(data).toEqual(expected);
  expect(errors).toEqual([]);
});

test("what is required of objects of several types is asked and sent by type", async () => {
  const { plan, calls, data, expected, errors } = await planAndRun(circle, "{ nodes { preview } }");
  expect(shape(plan.node)).toBe("(left > right)");
  expect(calls[0]).toContain("...on Photo{url}");
  expect(data).toEqual(expected);
  expect(errors).toEqual([]);
});
