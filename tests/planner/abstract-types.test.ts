import { expect, test } from "bun:test";
import { federated, planAndRun, shape } from "./plan-world.ts";

const media = federated({
  library: `
    type Query { all: [Media] any: Either }
    interface Media @key(fields: "id") { id: ID! title: String }
    type Book implements Media @key(fields: "id") { id: ID! title: String mark: Int! @shareable }
    type Film implements Media @key(fields: "id") { id: ID! title: String mark: Int }
    union Either = Book | Film
  `,
  ratings: `
    type Query { best: [Media] }
    type Media @key(fields: "id") @interfaceObject { id: ID! stars: Int }
  `,
  archive: `type Book @key(fields: "id") { id: ID! mark: Int @shareable }`,
  cinema: `type Film @key(fields: "id") { id: ID! length: Int }`,
});

test("an interface object adds a field to every object of the interface", async () => {
  const { plan, data, expected } = await planAndRun(media, "{ all { title stars } }");
  expect(shape(plan.node)).toBe("(library > ratings)");
  expect(data).toEqual(expected);
});

test("below an interface object the real types are found out first", async () => {
  const { plan, data, expected } = await planAndRun(media, "{ best { stars ... on Film { title length } } }");
  expect(shape(plan.node)).toBe("(ratings > library > cinema)");
  expect(data).toEqual(expected);
});

test("nothing is found out that nobody asks for", async () => {
  const { plan, data, expected } = await planAndRun(media, "{ best { id stars } }");
  expect(shape(plan.node)).toBe("ratings");
  expect(data).toEqual(expected);
});

test("fields of unlike types under one response key get an alias and are renamed back", async () => {
  const { calls, data, expected } = await planAndRun(
    media,
    "{ any { ... on Book { mark } ... on Film { mark } } }",
  );
  expect(calls).toEqual(["library {any{__typename ...on Book{mark} ...on Film{mark__alias_0:mark}}}"]);
  expect(data).toEqual(expected);
});

test("objects of one type only are followed into their subgraph", async () => {
  const { plan, data, expected } = await planAndRun(media, "{ all { title ... on Film { length } } }");
  expect(shape(plan.node)).toBe("(library > cinema)");
  expect(data).toEqual(expected);
});
