import { describe, expect, test } from "bun:test";
import { buildSchema, type DocumentNode, parse, specifiedRules, validate } from "graphql";
import { inOneVisit } from "./in-one-visit.ts";

const schema = buildSchema(`
  interface Named { name(long: Boolean): String }
  type Dog implements Named { name(long: Boolean): String owner: Person }
  type Person implements Named { name(long: Boolean): String pets(first: Int!, of: Filter): [Pet] }
  type Cat { lives: Int }
  union Pet = Dog | Cat
  input Filter { kind: String! sizes: [Int!] }
  type Query { me: Person pet(id: ID!): Pet named: Named }
`);

const text = `query A($first: Int!, $long: Boolean = true) {
  me { name(long: $long) @skip(if: $long) pets(first: $first, of: { kind: "x", sizes: [1, 2] }) { ...P ... on Cat { lives } } }
  pet(id: "1") { __typename ...P } named { name ... on Person { n: name } }
}
query B { me { ...Q } } fragment P on Dog { name owner { ...Q } } fragment Q on Person { name @include(if: false) }`;

const words = text.match(/"[^"]*"|\.\.\.|\$?\w+|[^\s\w]/g) ?? [];
const names = [...words.keys()].filter((index) => /^\w+$/.test(words[index]!));

describe("rules in one visit", () => {
  test("say what they say one beside the other", () => {
    let seed = 11;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    let withErrors = 0;
    for (let round = 0; round < 500; round++) {
      const changed = [...words];
      for (let change = 0; change < 2; change++) {
        changed[names[random(names.length)]!] = words[names[random(names.length)]!]!;
      }
      const document = tryParse(changed.join(" "));
      if (!document) continue;
      const separate = validate(schema, document, specifiedRules).map(String);
      if (separate.length > 0) withErrors++;
      expect(validate(schema, document, [inOneVisit(specifiedRules)]).map(String)).toEqual(separate);
    }
    expect(withErrors).toBeGreaterThan(100);
    expect(validate(schema, parse(text), [inOneVisit(specifiedRules)]).map(String)).toEqual([]);
  }, 60_000);
});

function tryParse(changed: string): DocumentNode | undefined {
  try {
    return parse(changed);
  } catch {
    return undefined;
  }
}
