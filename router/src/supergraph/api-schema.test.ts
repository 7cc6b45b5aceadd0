import { expect, test } from "bun:test";
import { parse, printSchema } from "graphql";
import { buildApiSchema } from "./api-schema.ts";

const links = `
  @link(url: "https://specs.apollo.dev/link/v1.0")
  @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION)
`;

function apiOf(sdl: string, offersDefer = false): string {
  return printSchema(buildApiSchema(parse(sdl), { offersDefer }));
}

test("clients see nothing of the machinery", () => {
  const api = apiOf(`
    schema ${links} { query: Query }
    directive @link(url: String, for: link__Purpose) repeatable on SCHEMA
    directive @join__type(graph: join__Graph!) repeatable on OBJECT
    directive @tag(name: String!) repeatable on OBJECT | FIELD_DEFINITION
    directive @shout(loud: Boolean) on FIELD
    enum join__Graph { A @join__graph(name: "a", url: "") }
    enum link__Purpose { SECURITY EXECUTION }
    scalar join__FieldSet
    "What there is to ask."
    type Query @join__type(graph: A) { a: Int @tag(name: "x") b: Int @deprecated(reason: "Old") }
  `);
  expect(api.replaceAll(/\s+/g, " ")).toBe(
    [
      "directive @shout(loud: Boolean) on FIELD",
      '"""What there is to ask."""',
      'type Query { a: Int b: Int @deprecated(reason: "Old") }',
    ].join(" "),
  );
});

test("nothing that is inaccessible shows, nor what depends on it", () => {
  const api = apiOf(`
    schema ${links} @link(url: "https://specs.apollo.dev/inaccessible/v0.2", for: SECURITY) { query: Query mutation: Mutation }
    type Query { a(shown: Int, hidden: Int @inaccessible, typed: HiddenInput): Int secret: Int @inaccessible hidden: Hidden pet: Pet node: Node color: Color input(in: In): Int }
    type Mutation @inaccessible { a: Int }
    type Hidden implements Node @inaccessible { id: ID }
    type Cat implements Node & HiddenNode { id: ID }
    interface Node { id: ID }
    interface HiddenNode @inaccessible { id: ID }
    union Pet = Cat | Hidden
    enum Color { RED GREEN @inaccessible }
    input In { a: Int b: Int @inaccessible c: HiddenInput }
    input HiddenInput @inaccessible { a: Int }
    scalar HiddenScalar @inaccessible
  `);
  expect(api.replaceAll(/\s+/g, " ")).toBe(
    [
      "type Query { a(shown: Int): Int pet: Pet node: Node color: Color input(in: In): Int }",
      "type Cat implements Node { id: ID }",
      "interface Node { id: ID }",
      "union Pet = Cat",
      "enum Color { RED }",
      "input In { a: Int }",
    ].join(" "),
  );
});

test("features go by the names that the supergraph gives them", () => {
  const api = apiOf(`
    schema ${links} @link(url: "https://specs.apollo.dev/inaccessible/v0.2", as: "private") @link(url: "https://specs.apollo.dev/tag/v0.3", import: [{ name: "@tag", as: "@label" }]) { query: Query }
    directive @private on FIELD_DEFINITION
    directive @label(name: String!) on FIELD_DEFINITION
    type Query { a: Int @label(name: "x") b: Int @private }
  `);
  expect(api).toBe("type Query {\n  a: Int\n}");
});

test("@defer is there only where it is offered", () => {
  const sdl = `schema ${links} { query: Query } type Query { a: Int }`;
  expect(apiOf(sdl)).not.toContain("@defer");
  expect(apiOf(sdl, true)).toContain("directive @defer(");
});
