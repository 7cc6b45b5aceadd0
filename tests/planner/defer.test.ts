import { describe, expect, test } from "bun:test";
import type { PlanNode } from "../../router/src/planner/plan.ts";
import { PlanTooLargeError } from "../../router/src/planner/planner.ts";
import type { World } from "../differential/world/world.ts";
import { apolloOutline, ourOutline, planAndDefer } from "./defer-world.ts";
import { federated, planOnly, shape } from "./plan-world.ts";

const people = federated({
  accounts: `
    type Query { me: User everyone: [User] node: Node }
    type Mutation { rename: User touch: User }
    interface Node { id: ID! }
    type User implements Node @key(fields: "id") { id: ID! name: String mood: String pet: Pet address: Address }
    type Pet implements Node @key(fields: "id") { id: ID! kind: String }
    type Address { street: String town: City }
    type City @key(fields: "id") { id: ID! }
  `,
  messages: `
    type Mutation { send: Message }
    type User @key(fields: "id") { id: ID! age: Int messages: [Message] }
    type Message @key(fields: "id") { id: ID! body: String author: User tags: Tags }
    type Tags { first: String second: String }
    type City @key(fields: "id") { id: ID! title: String mayor: User }
  `,
  vets: `
    type Pet @key(fields: "id") { id: ID! weight: Int kind: String @external bill: String @requires(fields: "kind") }
  `,
});

const chain = federated({
  one: `type Query { t: T } type T @key(fields: "id0") { id0: ID! v1: Int }`,
  two: `type T @key(fields: "id0") @key(fields: "id1") { id0: ID! id1: ID! v2: Int }`,
  three: `type T @key(fields: "id0") @key(fields: "id2") { id0: ID! id2: ID! v3: Int }`,
  four: `type T @key(fields: "id1 id2") { id1: ID! id2: ID! v4: Int }`,
});

const cases: [name: string, world: World, query: string][] = [
  ["of another subgraph", people, "{ me { name ... @defer { age } } }"],
  ["of the same subgraph, entered anew", people, "{ me { name ... @defer { mood } } }"],
  ["in a list", people, '{ everyone { name ... @defer(label: "later") { messages { body } } } }'],
  ["in a fragment", people, "{ me { ...F @defer } } fragment F on User { age messages { body } }"],
  [
    "beside another",
    people,
    '{ me { name ... @defer(label: "a") { mood } ... @defer(label: "b") { age } } }',
  ],
  ["in one that is deferred", people, "{ me { name ... @defer { age ... @defer { messages { body } } } } }"],
  [
    "far below one that is deferred",
    people,
    "{ me { name ... @defer { messages { body author { name ... @defer { age } } } } } }",
  ],
  ["of a value without a key", people, "{ me { address { street ... @defer { town { title } } } } }"],
  ["that needs no fetch of its own", people, "{ me { messages { tags { first ... @defer { second } } } } }"],
  ["that is only a key", people, "{ me { name ... @defer { id } } }"],
  ["of objects of one type", people, "{ node { ... on User { pet { kind ... @defer { weight } } } } }"],
  ["with what it requires", people, "{ me { pet { id ... @defer { bill } } } }"],
  ["of the root", people, "{ me { name } ... @defer { everyone { mood } } }"],
  ["and nothing else", people, "{ ... @defer { me { name age } } }"],
  [
    "in mutations, each in its turn",
    people,
    "mutation { rename { name ... @defer { mood } } touch { id ... @defer { age } } }",
  ],
  ["after fetches that are made anyway", chain, "{ t { v1 v2 v3 ... @defer { v4 } } }"],
];

/** Apollo's planner waits for the first part's fetches here, though nothing is taken from them. */
const startsAtOnce = new Set(["of the root"]);

describe("as Apollo's planner divides it: a deferral", () => {
  test.each(cases.filter(([name]) => !startsAtOnce.has(name)))("%s", async (_name, world, query) => {
    expect(await ourOutline(world, query)).toEqual(apolloOutline(world, query));
  });
});

describe("parts together are the whole answer: a deferral", () => {
  test.each(cases.filter(([, , query]) => !query.startsWith("mutation")))(
    "%s",
    async (_name, world, query) => {
      const { whole, expected } = await planAndDefer(world, query);
      expect(whole).toEqual(expected);
    },
  );
});

test("where deferral is not wanted the plan is that of the operation without it", async () => {
  const query = "{ me { name ... @defer { mood age } } }";
  expect(await planOnly(people, query)).toEqual(await planOnly(people, "{ me { name mood age } }"));
});

test("a literal decides; a variable is a condition of the plan, which holds where it is not given", async () => {
  const off = await planOnly(people, "{ me { name ... @defer(if: false) { mood } } }", { defers: true });
  expect(off).toEqual(await planOnly(people, "{ me { name mood } }"));
  const on = await planOnly(people, "{ me { name ... @defer(if: true) { mood } } }", { defers: true });
  expect(on.node?.kind).toBe("Defer");
  const text = 'query ($a: Boolean) { me { name ... @defer(if: $a, label: "x") { mood } } }';
  const { node } = await planOnly(people, text, { defers: true });
  if (node?.kind !== "Condition") throw new Error("a condition was expected");
  expect(node).toMatchObject({ condition: "a", ifClause: { kind: "Defer", deferred: [{ label: "x" }] } });
  expect(shape(node.elseClause)).toBe("accounts");
});

test("four variables make sixteen plans; what hangs on a fifth is not deferred", async () => {
  const variables = ["a", "b", "c", "d", "e"];
  const defers = variables.map((name) => `... @defer(if: $${name}) { ${name}: mood }`).join(" ");
  const heads = variables.map((name) => `$${name}: Boolean!`).join(" ");
  const { node } = await planOnly(people, `query (${heads}) { me { name ${defers} } }`, { defers: true });
  expect(deferredCounts(node)).toEqual([4, 3, 3, 2, 3, 2, 2, 1, 3, 2, 2, 1, 2, 1, 1]);
});

function deferredCounts(node: PlanNode | undefined): number[] {
  if (node?.kind === "Condition")
    return [...deferredCounts(node.ifClause), ...deferredCounts(node.elseClause)];
  return node?.kind === "Defer" ? [node.deferred.length] : [];
}

test("the first part says whether an object is there of which all is deferred", async () => {
  const { first, later } = await planAndDefer(people, "{ me { ... @defer { name } } }");
  expect(first).toEqual({ me: {} });
  expect(later).toMatchObject([{ path: "me" }]);
});

test("what the first part has is not asked for again, but sent again", async () => {
  const { calls, later } = await planAndDefer(people, "{ me { age ... @defer { age messages { body } } } }");
  expect(calls).toEqual([
    "accounts {me{id}}",
    "messages query($representations:[_Any!]!){_entities(representations:$representations){...on User{age}}}",
    "messages query($representations:[_Any!]!){_entities(representations:$representations){...on User{messages{body}}}}",
  ]);
  expect(Object.keys((later[0]!.data as { me: object }).me)).toEqual(["age", "messages"]);
});

test("type names keep the client's names where it reads them, and cost nothing", async () => {
  const { node } = await planOnly(people, "{ k: __typename me { id ... @defer { l: __typename } } }", {
    defers: true,
  });
  expect(node).toMatchObject({
    primary: { subselection: "{ k: __typename me { id } }" },
    deferred: [{ depends: [], queryPath: ["me"], subselection: "{ l: __typename }" }],
  });
  expect(shape(node)).toBe("accounts then nothing");
});

test("one fragment at two places is put off at both", async () => {
  const query = "{ me { id ...F } everyone { id ...F } } fragment F on User { ... @defer { mood } }";
  const { later, whole, expected } = await planAndDefer(people, query);
  expect(later.map(({ path }) => path)).toEqual(["me", "everyone"]);
  expect(whole).toEqual(expected);
});

test("objects of several types at one place come in one part", async () => {
  const query = "{ node { id ... on User @defer { mood } ... @defer { id ... on Pet { weight } } } }";
  const { later, whole, expected } = await planAndDefer(people, query);
  expect(later.map(({ path }) => path)).toEqual(["node", "node"]);
  expect(whole).toEqual(expected);
});

test("what is conditional stays so in its part", async () => {
  const query = "query ($a: Boolean!) { me { name ... @defer { mood age @include(if: $a) } } }";
  for (const a of [true, false]) {
    const { whole, expected, calls } = await planAndDefer(people, query, { a });
    expect(whole).toEqual(expected);
    expect(calls.some((call) => call.startsWith("messages"))).toBe(a);
  }
});

test("a part that waits for fetches sent together waits for each of them in Apollo's plan", async () => {
  const query = "{ me { age pet { id } } everyone { age ... @defer { messages { author { name } } } } }";
  const outline = await ourOutline(people, query);
  expect(outline.deferred).toMatchObject([{ awaits: ["accounts at "] }]);
  const batched =
    "{ a: me { messages { author { name ... @defer { pet { kind } } } } } b: me { messages { author { name } } } }";
  expect((await ourOutline(people, batched)).deferred).toMatchObject([
    { awaits: ["messages at a", "messages at b"], path: "a/messages/author" },
  ]);
});

test("labels that do not tell deferrals apart are refused", async () => {
  const query = '{ me { ... @defer(label: "x") { mood } ... @defer(label: "x") { age } } }';
  await expect(planOnly(people, query, { defers: true })).rejects.toThrow('Duplicate @defer label "x"');
});

test("a selection too large to be written out is refused", async () => {
  const levels = Array.from(
    { length: 18 },
    (_, i) =>
      `fragment F${i} on User { messages { author { ...F${i + 1} mood } b: author { ...F${i + 1} } } }`,
  );
  const query = `{ me { ... @defer { ...F0 } } } ${levels.join(" ")} fragment F18 on User { name }`;
  await expect(planOnly(people, query, { defers: true })).rejects.toThrow(PlanTooLargeError);
});
