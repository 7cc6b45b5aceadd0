import { expect, test } from "bun:test";
import { parse } from "graphql";
import { readSupergraph } from "./read-supergraph.ts";
import { SupergraphTypes } from "./supergraph-types.ts";

const types = new SupergraphTypes(
  parse(`
    interface Node { id: ID! }
    interface Named implements Node { id: ID! name: [String!] }
    type Cat implements Named & Node { id: ID! name: [String!] owner: Person! }
    type Person implements Node { id: ID! }
    union Pet = Cat
  `),
);

test("an abstract type may be any of its objects, or an interface under its own name", () => {
  expect([...types.possibleTypeNames("Node")].sort()).toEqual(["Cat", "Named", "Node", "Person"]);
  expect([...types.possibleTypeNames("Pet")]).toEqual(["Cat"]);
  expect([...types.possibleTypeNames("Person")]).toEqual(["Person"]);
  expect([...types.possibleTypeNames("toString")]).toEqual([]);
});

test("a field's type is known without its wrappers", () => {
  expect(types.field("Cat", "name")).toEqual({ nullable: true, typeName: "String" });
  expect(types.field("Cat", "owner")).toEqual({ nullable: false, typeName: "Person" });
  expect(types.field("Cat", "constructor")).toBeUndefined();
});

test("subgraphs go by the names of the composition", () => {
  const { subgraphs } = readSupergraph(`
    enum join__Graph { PETS_2 @join__graph(name: "pets-2", url: "http://pets/") SHOP @join__graph(name: "shop") }
    type Query { a: Int }
  `);
  expect(subgraphs).toEqual([
    { name: "pets-2", graph: "PETS_2", url: "http://pets/" },
    { name: "shop", graph: "SHOP", url: "" },
  ]);
});

test("what is no supergraph is refused with its reason", () => {
  expect(() => readSupergraph("type Query { a: Int }")).toThrow("this is not a supergraph");
  expect(() => readSupergraph("type Query {\n a: }")).toThrow("(line 2, column 5)");
});
