import { expect, test } from "bun:test";
import { buildSchema, type FragmentDefinitionNode, Kind, parse } from "graphql";
import type { ObservedField } from "../telemetry/observer.ts";
import { listFields } from "./list-fields.ts";

const schema = buildSchema(`
  type Query { node: Node, books: [Book!]!, any: [Any] }
  interface Node { id: ID! }
  union Any = Book | Author
  type Book implements Node { id: ID!, title: String, authors: [[Author!]!] }
  type Author implements Node { id: ID!, name: String! }
`);

function list(text: string): string[] {
  const { definitions } = parse(text);
  const operation = definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const fragments = new Map(
    definitions
      .filter(
        (definition): definition is FragmentDefinitionNode => definition.kind === Kind.FRAGMENT_DEFINITION,
      )
      .map((fragment) => [fragment.name.value, fragment]),
  );
  return listFields({ schema, fragments }, operation?.selectionSet, schema.getQueryType()!).flatMap(show);
}

function show({ key, name, typeName, parentTypeName, fields }: ObservedField): string[] {
  return [`${key}: ${parentTypeName}.${name} ${typeName}`, ...fields.flatMap(show)];
}

test("fields stand under their key, with the types around them", () => {
  expect(list("{ all: books { title authors { name } } }")).toEqual([
    "all: Query.books Book",
    "title: Book.title String",
    "authors: Book.authors Author",
    "name: Author.name String",
  ]);
});

test("a fragment's fields belong to the fragment's type", () => {
  const text = "{ node { id ... on Book { title } ...a ... { __typename } } } fragment a on Author { name }";
  expect(list(text)).toEqual([
    "node: Query.node Node",
    "id: Node.id ID",
    "title: Book.title String",
    "name: Author.name String",
    "__typename: Node.__typename String",
  ]);
});

test("a union has only what fragments select of it", () => {
  expect(list("{ any { __typename ... on Node { id } } }")).toEqual([
    "any: Query.any Any",
    "__typename: Any.__typename String",
    "id: Node.id ID",
  ]);
});

test("introspection is listed like anything else", () => {
  expect(list("{ __schema { queryType { name } } }")).toEqual([
    "__schema: Query.__schema __Schema",
    "queryType: __Schema.queryType __Type",
    "name: __Type.name String",
  ]);
});
