import { describe, expect, test } from "bun:test";
import { type FragmentDefinitionNode, Kind, type OperationDefinitionNode, parse, print } from "graphql";
import { filterOperation } from "./filter-operation.ts";
import { readGuards } from "./read-guards.ts";
import type { Held } from "./rule.ts";

const guards = readGuards(
  parse(`
    schema
      @link(url: "https://specs.apollo.dev/link/v1.0")
      @link(url: "https://specs.apollo.dev/authenticated/v0.1", as: "known", for: SECURITY)
      @link(url: "https://specs.apollo.dev/requiresScopes/v0.1", import: [{ name: "@requiresScopes", as: "@needs" }])
      @link(url: "https://specs.apollo.dev/policy/v0.1")
    { query: Query mutation: Mutation }
    type Query { product(id: ID, extra: String): Product me: User @known node: Node either: [Either!]! }
    type Mutation @known { ping: String }
    interface Node { id: ID name: String }
    union Either = Product | User
    type Product implements Node { id: ID name: String secret: Secret reviews: [Review] @known price: Int @needs(scopes: [["a", "b"], ["c"]]) }
    type Review { text: String author: User }
    type User implements Node @needs(scopes: [["user"]]) { id: ID name: String @policy(policies: [["p"]]) }
    scalar Secret @known
  `),
)!;

const nothing: Held = { authenticated: false, scopes: new Set(), policies: new Set() };
const known: Held = { ...nothing, authenticated: true };

function filter(text: string, held: Held = nothing, dryRun = false) {
  const { definitions } = parse(text, { noLocation: true });
  const definition = definitions.find(
    (each) => each.kind === Kind.OPERATION_DEFINITION,
  ) as OperationDefinitionNode;
  const fragments = definitions.filter(
    (each): each is FragmentDefinitionNode => each.kind === Kind.FRAGMENT_DEFINITION,
  );
  const input = {
    definition,
    fragments: new Map(fragments.map((each) => [each.name.value, each])),
    rootTypeName: definition.operation === "mutation" ? "Mutation" : "Query",
  };
  const { document, paths } = filterOperation(input, { guards, held, dryRun });
  const left = document && print(document).replaceAll(/\s+/g, " ");
  return { left, paths: paths.map((path) => path.map((step) => `/${step}`).join("")) };
}

describe("taken out is", () => {
  type Case = [text: string, left: string | undefined, paths: string[], held?: Held];
  const cases: [name: string, ...Case][] = [
    ["a field", "{ product { id reviews { text } } }", "{ product { id } }", ["/product/reviews/@"]],
    [
      "what is left empty",
      "{ product { reviews { text } } me { id } }",
      undefined,
      ["/product/reviews/@", "/me"],
    ],
    ["a scalar", "{ product { id secret } }", "{ product { id } }", ["/product/secret"]],
    ["a whole operation", "mutation { ping }", undefined, [""]],
    [
      "a type behind a list",
      "{ either { ... on User { id } __typename } }",
      "{ either { __typename } }",
      ["/either/@/... on User"],
    ],
    [
      "an interface that a guarded type is behind",
      "{ product { id } node { id } }",
      "{ product { id } }",
      ["/node"],
    ],
    [
      "only the fragment, where none but fragments are asked",
      "{ node { __typename ... on User { id } } }",
      "{ node { __typename } }",
      ["/node/... on User"],
    ],
    [
      "a fragment, where it is spread",
      "{ product { id ...F } } fragment F on Product { reviews { text } }",
      "{ product { id } }",
      ["/product/reviews/@"],
    ],
    [
      "a part of a fragment, once for each spread",
      "{ a: product { ...F } b: product { ...F } } fragment F on Product { id secret }",
      "{ a: product { ...F } b: product { ...F } } fragment F on Product { id }",
      ["/product/secret", "/product/secret"],
    ],
    [
      "a fragment in a fragment",
      "{ product { id ...F } } fragment F on Product { ...G } fragment G on Product { secret }",
      "{ product { id } }",
      ["/product/secret"],
    ],
    [
      "a variable that nothing uses any longer",
      "query($a: ID, $b: Boolean = true) { product(id: $a) { id secret @include(if: $b) } }",
      "query ($a: ID) { product(id: $a) { id } }",
      ["/product/secret"],
    ],
    [
      "each kind of rule in its turn",
      "{ me { id name } product { price } }",
      undefined,
      ["/me", "/product/price"],
      nothing,
    ],
    [
      "what scopes do not open",
      "{ me { id } product { id price } }",
      "{ product { id } }",
      ["/me", "/product/price"],
      { ...known, scopes: new Set(["a"]) },
    ],
    [
      "nothing that they open",
      "{ me { id } product { price } }",
      "{ me { id } product { price } }",
      [],
      { ...known, scopes: new Set(["c", "user"]) },
    ],
    [
      "what no policy opens",
      "{ me { id name } }",
      "{ me { id } }",
      ["/me/name"],
      { ...known, scopes: new Set(["user"]) },
    ],
  ];
  test.each(cases.map(([name, ...rest]): [string, Case] => [name, rest]))(
    "%s",
    (_name, [text, left, paths, held]) => {
      expect(filter(text, held)).toEqual({ left, paths });
    },
  );
});

test("a dry run tells, and takes nothing out", () => {
  const text = "{ product { id reviews { text author { id } } } }";
  expect(filter(text, nothing, true)).toEqual({
    left: text,
    paths: ["/product/reviews/@", "/product/reviews/@/author"],
  });
});

test("a supergraph that guards nothing has no guards", () => {
  const link = '@link(url: "https://specs.apollo.dev/authenticated/v0.1")';
  expect(readGuards(parse(`schema ${link} { query: Query } type Query { a: Int }`))).toBeUndefined();
  expect(readGuards(parse("type Query { a: Int @authenticated }"))).toBeUndefined();
});
