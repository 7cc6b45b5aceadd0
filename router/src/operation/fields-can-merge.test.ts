import { describe, expect, test } from "bun:test";
import { buildSchema, OverlappingFieldsCanBeMergedRule, parse, validate } from "graphql";
import { leastMs } from "../../../tests/support/least-ms.ts";
import { FieldsCanMergeRule } from "./fields-can-merge.ts";

const schema = buildSchema(`
  interface Node { id: ID! name: String peer: Node same(x: Int, y: [In!]): String }
  type Cat implements Node { id: ID! name: String peer: Node same(x: Int, y: [In!]): String lives: Int! loud: Boolean friend: Cat kittens: [Cat!] }
  type Dog implements Node { id: ID! name: String peer: Node same(x: Int, y: [In!]): String lives: Int loud: Boolean friend: Dog kittens: [Dog] }
  union Pet = Cat | Dog
  input In { a: Int b: Int }
  type Query { pet: Pet node: Node cat: Cat dog: Dog pets: [Pet] }
`);

function errorsOf(text: string): string[] {
  return validate(schema, parse(text), [FieldsCanMergeRule]).map(
    ({ message }) => message.split(". Use ")[0]!,
  );
}

describe("fields of one name", () => {
  test.each([
    ["{ cat { name name } }", []],
    ["{ cat { same(x: 1, y: {a: 1, b: 2}) same(y: {b: 2, a: 1}, x: 1) } }", []],
    ["{ pet { ... on Cat { n: name } ... on Dog { n: id } } }", [`types "String and "ID!"`]],
    ["{ pet { ... on Cat { n: lives } ... on Dog { n: lives } } }", [`types "Int! and "Int"`]],
    ["{ pet { ... on Cat { same(x: 1) } ... on Dog { same(x: 2) } } }", []],
    ["{ node { same(x: 1) ... on Dog { same(x: 2) } } }", ["differing arguments"]],
    ["{ cat { a: id a: name } }", [`types "ID! and "String"`, `"id" and "name" are different fields`]],
    ["{ cat { friend { n: id } friend { n: name } } }", [`types "ID! and`, `"id" and "name"`]],
    [
      "{ cat { ...F ...F } } fragment F on Cat { x: lives ...G } fragment G on Cat { x: loud }",
      ["Int!", "loud"],
    ],
    ["{ cat { ...F } } fragment F on Cat { friend { ...F } }", ["too much recursion"]],
  ])("%s", (text, expected) => {
    const errors = errorsOf(text);
    expect(errors).toHaveLength(expected.length);
    for (const [index, part] of expected.entries()) expect(errors[index]).toContain(part);
  });

  test("may nest as deep as Apollo Router lets them", () => {
    const nested = (depth: number) => `{ cat ${"{ friend ".repeat(depth)}{ id }${" }".repeat(depth)} }`;
    expect(errorsOf(nested(127))).toEqual([]);
    expect(errorsOf(nested(128))).toEqual(["too much recursion"]);
  });
});

test("agrees with graphql-js on random documents", () => {
  const verdicts = { valid: 0, invalid: 0 };
  for (let seed = 1; seed <= 1_500; seed++) {
    const text = writeDocument(createRandom(seed));
    const document = parse(text);
    const expected = validate(schema, document, [OverlappingFieldsCanBeMergedRule]);
    const found = validate(schema, document, [FieldsCanMergeRule]);
    if (found.length > 0 !== expected.length > 0) {
      throw new Error(`seed ${seed}: ${text}\n${[...found, ...expected].map(String).join("\n")}`);
    }
    verdicts[expected.length > 0 ? "invalid" : "valid"]++;
  }
  expect(Math.min(verdicts.valid, verdicts.invalid)).toBeGreaterThan(300);
});

/** Texts of about 15,000 tokens, the most that the router reads. */
const hostileTexts: Record<string, string> = {
  "one field again and again": `{ ${"cat{id}".repeat(3_500)} }`,
  "a fragment again and again": `{ cat { ${"...F ".repeat(3_500)} } } fragment F on Cat { id friend { id } }`,
  "fragments that double at each level": `{ cat { ...F0 } } ${times(700, (i) => `fragment F${i} on Cat { friend { ...F${i + 1} } x: friend { ...F${i + 1} } }`)} fragment F700 on Cat { id }`,
  "fragments that all spread all": `{ cat { ...F0 } } ${times(80, (i) => `fragment F${i} on Cat { ${times(80, (j) => `...F${j}`)} }`)}`,
  "types under an interface": `{ node { ${times(500, () => "...on Cat{peer{id}}...on Dog{peer{id}}")} peer { ${"id ".repeat(4_000)} } } }`,
  "operations with one fragment": `${times(400, (i) => `query Q${i}{...F}`)} fragment F on Query { ${times(1_500, (i) => `x${i}:cat{id}`)} }`,
};

test.each(Object.keys(hostileTexts))("%s takes no more than an instant", (name) => {
  const document = parse(hostileTexts[name]!);
  expect(leastMs(() => validate(schema, document, [FieldsCanMergeRule]))).toBeLessThan(150);
});

function times(count: number, write: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => write(index)).join(" ");
}

type Random = (below: number) => number;

function createRandom(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const leaves: Record<string, readonly string[]> = {
  Node: ["id", "name", "same", "same(x:1)", "same(y:{a:1,b:2})", "same(y:{b:2,a:1})"],
  Cat: ["id", "name", "lives", "loud", "same", "same(x:1)"],
  Dog: ["id", "name", "lives", "loud", "same", "same(x:1)"],
  Pet: ["__typename"],
  Query: ["__typename"],
};
const branches: Record<string, readonly [field: string, type: string][]> = {
  Node: [["peer", "Node"]],
  Cat: [
    ["peer", "Node"],
    ["friend", "Cat"],
    ["kittens", "Cat"],
  ],
  Dog: [
    ["peer", "Node"],
    ["friend", "Dog"],
    ["kittens", "Dog"],
  ],
  Pet: [],
  Query: [
    ["pet", "Pet"],
    ["node", "Node"],
    ["cat", "Cat"],
    ["dog", "Dog"],
    ["pets", "Pet"],
  ],
};
const fragmentTypes = ["Node", "Cat", "Dog", "Pet"];

function writeDocument(random: Random): string {
  const fragments = fragmentTypes.map(
    (type, index) =>
      `fragment F${index} on ${type} ${writeSet(type, { random, depth: 2, fragmentsFrom: index + 1 })}`,
  );
  const spreads = fragmentTypes.map((_, index) => `query Use${index} { pet { ...F${index} } }`);
  const main = `query Main ${writeSet("Query", { random, depth: 3, fragmentsFrom: 0 })}`;
  return [main, ...spreads, ...fragments].join("\n");
}

interface Writing {
  random: Random;
  depth: number;
  /** Fragments spread only later ones, so that none contains itself. */
  fragmentsFrom: number;
}

function writeSet(type: string, writing: Writing): string {
  const count = 1 + writing.random(3);
  return `{ ${times(count, () => writeSelection(type, writing))} }`;
}

function writeSelection(type: string, writing: Writing): string {
  const { random, depth, fragmentsFrom } = writing;
  const alias = random(4) === 0 ? "k: " : "";
  const kind = random(5);
  const below = { ...writing, depth: depth - 1 };
  if (kind === 0 && depth > 0 && type !== "Query") {
    const condition = fragmentTypes[random(fragmentTypes.length)]!;
    return `... on ${condition} ${writeSet(condition, below)}`;
  }
  if (kind === 1 && fragmentsFrom < fragmentTypes.length && type !== "Query") {
    return `...F${fragmentsFrom + random(fragmentTypes.length - fragmentsFrom)}`;
  }
  const nested = branches[type]!;
  if (depth > 0 && nested.length > 0 && random(2) === 0) {
    const [field, fieldType] = nested[random(nested.length)]!;
    return `${alias}${field} ${writeSet(fieldType, below)}`;
  }
  return alias + leaves[type]![random(leaves[type]!.length)];
}
