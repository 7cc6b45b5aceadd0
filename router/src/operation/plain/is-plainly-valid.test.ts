import { expect, test } from "bun:test";
import { buildSchema, GraphQLError, type GraphQLSchema, parse } from "graphql";
import { generateOperation } from "../../../../tests/differential/operations/generate-operation.ts";
import { Random } from "../../../../tests/differential/random.ts";
import { worlds } from "../../../../tests/differential/worlds.ts";
import { leastMs } from "../../../../tests/support/least-ms.ts";
import { validateOperation } from "../validate-operation.ts";
import { isPlainlyValid } from "./is-plainly-valid.ts";

const limits = { depth: 5, fields: 22, objects: 10 };
const wordPattern = /"(?:[^"\\]|\\.)*"|\.\.\.|[\w$@]+|[^\s\w]/g;

/** Every rule, looked at one after the other. */
function rulesPass(schema: GraphQLSchema, text: string): boolean {
  return validateOperation(schema, parse(text)).length === 0;
}

test("random operations, and the same with words changed: what is called plainly valid is valid", () => {
  const counts = { valid: 0, plain: 0, invalid: 0 };
  for (const world of worlds({ from: 0, count: 14, seed: 5 })) {
    const { apiSchema: schema } = world;
    for (let index = 0; index < 60; index++) {
      const random = new Random(7).fork(`${world.name}-${index}`);
      const { query } = generateOperation(schema, random, limits);
      for (const text of [query, ...Array.from({ length: 12 }, () => changed(query, random))]) {
        const document = parsed(text);
        if (document === undefined) continue;
        const isValid = rulesPass(schema, text);
        const isPlain = isPlainlyValid(schema, document);
        if (isPlain) expect(isValid, text).toBe(true);
        if (!isValid) counts.invalid++;
        else counts.valid++;
        if (isPlain) counts.plain++;
      }
    }
  }
  expect(counts.invalid).toBeGreaterThan(1_000);
  expect(counts.plain).toBeGreaterThan(0.97 * counts.valid);
}, 60_000);

/** One or two words left out, doubled, or taken from elsewhere in the text. */
function changed(text: string, random: Random): string {
  const words = text.match(wordPattern) ?? [];
  for (let change = random.between(1, 2); change > 0; change--) {
    const at = random.between(0, words.length - 1);
    const other = random.pick(words);
    const put = random.pick([[], [words[at]!, words[at]!], [other], [other], [other], [words[at]!, other]]);
    words.splice(at, 1, ...put);
  }
  return words.join(" ");
}

function parsed(text: string) {
  try {
    return parse(text, { noLocation: true });
  } catch (error) {
    if (error instanceof GraphQLError) return undefined;
    throw error;
  }
}

const schema = buildSchema(`
  scalar Json
  enum Color { RED GREEN }
  input In { a: Int b: String! c: [Int!] d: In e: Color! = RED }
  input One @oneOf { a: Int b: String }
  directive @again(id: ID) repeatable on FIELD | VARIABLE_DEFINITION
  interface Node { id: ID! }
  type User implements Node { id: ID! name: String friend(first: Int! = 1, kind: Color): User toString: Int }
  type Cat implements Node { id: ID! name: String! }
  union Pet = User | Cat
  type Query { me: User pet: Pet node(id: ID!): Node o(v: In, w: [[In!]], j: Json, one: One, n: Int!): String }
  type Mutation { a: Int }
`);

test.each([
  'query ($v: Int!, $w: [In!]) { o(n: $v, v: { b: "", c: 1 }, w: [[{ b: "x", d: null }], $w]) }',
  'query ($v: Int = 1, $c: Color) { o(n: $v, v: { b: "", e: $c }) }',
  "{ me { toString __typename } __schema { types { name } } }",
  "{ pet { ...F ... on Cat { id } ... on Node { id } } } fragment F on User { id friend { id } }",
  "query A { me { ...F } } query B { me { ...F } } fragment F on User { id }",
  "mutation { a b: a }",
  "{ me { name @again @again(id: 1) @skip(if: true) @include(if: false) } }",
  "{ o(n: 1, j: 5, w: []) me { a: friend(first: 2) { id } a: friend(first: 2) { name } } }",
  "query ($is: Boolean! = true @again) { me { ...F @include(if: $is) } } fragment F on Node { ... { id } }",
])("plainly valid: %s", (text) => {
  expect(rulesPass(schema, text)).toBe(true);
  expect(isPlainlyValid(schema, parse(text))).toBe(true);
});

test.each([
  "query A { me { id } } query A { me { id } }",
  "{ me { id } } query A { me { id } }",
  "{ me { id ...F } } fragment F on Nope { id }",
  "{ me { id ...F } } fragment F on Color { id }",
  "query ($v: User) { o(n: $v) }",
  "{ me }",
  "{ me { id { a } } }",
  "{ me { nope } }",
  "{ me { constructor } }",
  "{ pet { id } }",
  "{ me { __schema { types { name } } } }",
  "{ me { ...F } } fragment F on User { id } fragment F on User { name }",
  "{ me { ...F } }",
  "{ me { id } } fragment F on User { id }",
  "{ me { ...F } } fragment F on Cat { id }",
  "{ me { ... on Cat { id } } }",
  "{ me { ...F } } fragment F on User { id ...G } fragment G on User { friend { ...F } }",
  "query ($v: Int!, $v: Int!) { o(n: $v) }",
  "{ o(n: $v) }",
  "query A { ...F } query B($v: Int!) { ...F } fragment F on Query { o(n: $v) }",
  "query ($v: Int) { me { id } }",
  "{ me @nope { id } }",
  "query @skip(if: true) { me { id } }",
  "{ me @skip(if: true) @skip(if: true) { id } }",
  "{ me @skip { id } }",
  "{ o(n: 1, nope: 1) }",
  "{ o(n: 1, n: 1) }",
  '{ o(n: "1") }',
  "{ o(n: 3000000000) }",
  "{ o(n: null) }",
  "{ o(n: 1, w: [[null]]) }",
  "{ o(n: 1, v: {}) }",
  '{ o(n: 1, v: { b: "", nope: 1 }) }',
  '{ o(n: 1, v: { b: "", b: "" }) }',
  '{ o(n: 1, v: { b: "", e: BLUE }) }',
  '{ o(n: 1, v: { b: "", e: null }) }',
  '{ o(n: 1, one: { a: 1, b: "" }) }',
  "{ o }",
  "query ($v: Int) { o(n: $v) }",
  "query ($v: Int = null) { o(n: $v) }",
  "query ($v: Int! = null) { o(n: $v) }",
  "query ($v: [In]) { o(n: 1, w: [$v]) }",
  "{ me { a: id a: name } }",
  "{ me { ...F a: name } } fragment F on User { a: id }",
  "{ me { friend(first: 1) { id } friend(first: 2) { id } } }",
  "{ pet { ... on User { name } ... on Cat { name } } }",
])("not valid, and so not plainly: %s", (text) => {
  expect(rulesPass(schema, text)).toBe(false);
  expect(isPlainlyValid(schema, parse(text))).toBe(false);
});

test("what is large once fragments are written out is left to the rules", () => {
  const levels = Array.from(
    { length: 30 },
    (_, level) =>
      `fragment L${level} on User { a: friend { ...L${level + 1} } b: friend { ...L${level + 1} } }`,
  );
  const text = `{ me { ...L0 } } ${levels.join(" ")} fragment L30 on User { id }`;
  const document = parse(text);
  expect(leastMs(() => expect(isPlainlyValid(schema, document)).toBe(false))).toBeLessThan(200);
});
