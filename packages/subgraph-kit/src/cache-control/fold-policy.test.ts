import { describe, expect, test } from "bun:test";
import { buildSubgraphSchema } from "@apollo/subgraph";
import { parse } from "graphql";
import { prepareOperation } from "../execute/prepare-operation.ts";
import { kitDirectives } from "../schema/directives.ts";
import { toHeader } from "./policy.ts";

const schema = buildSubgraphSchema({
  typeDefs: parse(/* GraphQL */ `
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key"])
    ${kitDirectives}
    type Query {
      bare: Int
      hinted: Int @cacheControl(maxAge: 30)
      book: Book
      kept: Book @cacheControl(maxAge: 60)
      mine: Book @cacheControl(maxAge: 60, scope: PRIVATE)
      shelf: Shelf @cacheControl(maxAge: 90)
      any: Thing @cacheControl(maxAge: 80)
    }
    type Mutation { write: Book @cacheControl(maxAge: 60) }
    type Book @key(fields: "id") @cacheControl(maxAge: 240) {
      id: ID!
      price: Int @cacheControl(maxAge: 10)
      author: Author
      publisher: Author @cacheControl(inheritMaxAge: true)
    }
    type Author @key(fields: "id") { id: ID! name: String }
    type Shelf { label: String book: Book @cacheControl(maxAge: 500) }
    interface Thing { title: String }
    type Song implements Thing { title: String @cacheControl(maxAge: 5) }
    type Film implements Thing { title: String }
  `),
});

function header(text: string, variables: Record<string, unknown> = {}): string {
  const limits = { depthMax: 30, fieldsMax: 10_000, tokensMax: 1_000 };
  const operation = prepareOperation({ schema, text, operationName: undefined, limits });
  if ("errors" in operation) throw new Error(String(operation.errors));
  return toHeader(operation.foldPolicy(variables));
}

describe("an answer may be kept", () => {
  test.each([
    ["{ bare }", "no-store"],
    ["{ hinted }", "max-age=30, public"],
    ["{ hinted bare }", "no-store"],
    ["{ book { id } }", "max-age=240, public"],
    ["{ kept { id } }", "max-age=60, public"],
    ["{ kept { id price } }", "max-age=10, public"],
    ["{ mine { id } hinted }", "max-age=30, private"],
    ["{ kept { author { name } } }", "no-store"],
    ["{ kept { publisher { name } } }", "max-age=60, public"],
    ["{ shelf { label book { id } } }", "max-age=90, public"],
    ["{ any { ... on Film { title } } }", "max-age=80, public"],
    ["{ any { title } }", "max-age=5, public"],
    [
      "{ ...Part } fragment Part on Query { kept { id ...Price } } fragment Price on Book { price }",
      "max-age=10, public",
    ],
    ["mutation { write { id } }", "no-store"],
    ["{ __typename }", "no-store"],
  ])("%s: %s", (text, expected) => {
    expect(header(text)).toBe(expected);
  });

  test("by what is included this time", () => {
    const text = "query ($short: Boolean!) { kept { id price @include(if: $short) } bare @skip(if: true) }";
    expect([header(text, { short: true }), header(text, { short: false })]).toEqual([
      "max-age=10, public",
      "max-age=60, public",
    ]);
  });

  test("by the types of the entities that are asked for", () => {
    const text =
      "query ($r: [_Any!]!) { _entities(representations: $r) { ... on Book { id } ... on Author { id } } }";
    const ask = (...names: string[]) =>
      header(text, { r: names.map((name) => ({ __typename: name, id: "1" })) });
    expect([ask("Book"), ask("Author"), ask("Book", "Author")]).toEqual([
      "max-age=240, public",
      "no-store",
      "no-store",
    ]);
  });
});
