import { expect, test } from "bun:test";
import { parse } from "graphql";
import { readSupergraph } from "../graph/read-supergraph.ts";
import { SchemaView } from "../graph/schema-view.ts";
import { normalizeOperation, parseOperation } from "./normalize-operation.ts";
import { conditionsKey, SelectionInterner, type SelectionNode } from "./selection.ts";

const view = new SchemaView(
  readSupergraph(
    parse(`
    enum join__Graph { A @join__graph(name: "a", url: "") }
    type Query @join__type(graph: A) { node: Node cat: Cat }
    interface Node @join__type(graph: A) { id: ID! }
    interface Pet implements Node @join__type(graph: A) { id: ID! name: String }
    type Cat implements Pet & Node @join__type(graph: A) { id: ID! name: String friend: Cat }
    type Dog implements Pet & Node @join__type(graph: A) { id: ID! name: String }
    type Rock implements Node @join__type(graph: A) { id: ID! }
  `),
  ),
  new Set(),
);

test("fields merge by response key, through fragments", () => {
  const text =
    "{ cat { ...A name ... on Pet { name id } } } fragment A on Cat { friend { id } friend { name } }";
  expect(normalized(text)).toBe("cat{friend{id name} name id}");
});

test("a field keeps the type that fragments narrow it to", () => {
  expect(normalized("{ node { id ... on Pet { id name ... on Cat { friend { id } } } } }")).toBe(
    "node{id Pet.name Cat.friend{id}}",
  );
});

test("fragments that can never match are left out", () => {
  expect(normalized("{ cat { id ... on Node { ... on Dog { name } } } }")).toBe("cat{id}");
});

test("conditions of fragments go to their fields, literal ones are decided", () => {
  const text =
    "query ($a: Boolean!, $b: Boolean!) { cat { ... @include(if: $a) { id @skip(if: $b) name @skip(if: $a) } name @include(if: true) friend @skip(if: true) { id } } }";
  expect(normalized(text)).toBe("cat{id?a!b name}");
});

test("what is known above a selection is not asked again, and what contradicts it is left out", () => {
  const text = `query ($a: Boolean!, $b: Boolean!) {
    cat @include(if: $a) { friend { id @skip(if: $a) name @include(if: $a) ...F @skip(if: $b) } }
  } fragment F on Cat { friend @include(if: $b) { id } id @skip(if: $b) }`;
  expect(normalized(text)).toBe("cat?a{friend{name id!b}}");
});

test("a selection that conditions around it do not concern is one object wherever it stands", () => {
  const { fields } = normalize(
    "query ($a: Boolean!) { a: cat @include(if: $a) { ...F } b: cat { ...F } } fragment F on Cat { id name }",
  );
  expect(fields[0]!.selection).toBe(fields[1]!.selection!);
});

test("equal selections are one object", () => {
  const { fields } = normalize(
    "{ a: cat { friend { id name } } b: cat { friend { ...F } } } fragment F on Cat { id name }",
  );
  expect(fields[0]!.selection).toBe(fields[1]!.selection!);
});

test("a fragment that spreads itself is refused", () => {
  expect(() => normalize("{ cat { ...F } } fragment F on Cat { friend { id } ...F }")).toThrow(
    "spreads itself",
  );
});

function normalize(text: string): SelectionNode {
  return normalizeOperation(view, parseOperation(text, undefined), new SelectionInterner(1_000_000))
    .selection;
}

function normalized(text: string): string {
  return written(normalize(text));
}

function written({ type, fields }: SelectionNode): string {
  return fields
    .map(({ onType, responseKey, conditions, selection }) => {
      const narrowed = onType === type ? "" : `${onType}.`;
      const below = selection === undefined ? "" : `{${written(selection)}}`;
      return `${narrowed}${responseKey}${conditionsKey(conditions)}${below}`;
    })
    .join(" ");
}
