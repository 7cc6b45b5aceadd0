import { expect, test } from "bun:test";
import { composeSubgraphs, engines } from "../compose/compose-subgraphs.ts";
import { comparePlans, defaultBudget, type PlanBudget } from "./compare-plans.ts";

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@shareable"])`;

function compose(schemas: Readonly<Record<string, string>>): string {
  const sources = Object.entries(schemas).map(([name, sdl]) => ({
    name,
    url: `http://${name}`,
    sdl: `${link}\n${sdl}`,
  }));
  const outcome = composeSubgraphs(sources, engines.mit!);
  if ("Err" in outcome) throw new Error(outcome.Err.build_errors.map(({ message }) => message).join("\n"));
  return outcome.Ok.supergraphSdl;
}

const before = compose({
  orders: `type Query { order(id: ID!): Order } type Order @key(fields: "id") { id: ID! total: Float guestName: String }`,
  guests: `type Query { guest: Guest } type Guest @key(fields: "email") { email: ID! name: String }`,
});
/** The guest's name moves behind two more steps. */
const after = compose({
  orders: `type Query { order(id: ID!): Order } type Order @key(fields: "id") @key(fields: "guid") { id: ID! guid: ID! total: Float }`,
  names: `type Order @key(fields: "guid") { guid: ID! guestName: String }`,
  guests: `type Query { guest: Guest } type Guest @key(fields: "email") { email: ID! name: String }`,
});
const operations = [
  { name: "Bill", text: 'query Bill { order(id: "") { total guestName } }' },
  { name: "Total", text: 'query Total { order(id: "") { total } }' },
  { name: "Gone", text: "query Gone { nobody }" },
];
const compare = (budget: Partial<PlanBudget>, more = {}) =>
  comparePlans({ before, after, operations, budget: { ...defaultBudget, ...budget }, ...more });

test("an operation whose plan grew is named, with what grew and both plans; the others are not", async () => {
  const { compared, findings } = await compare({ level: "ERROR" });
  expect(compared).toBe(2);
  expect(findings).toHaveLength(1);
  expect(findings[0]).toMatchObject({
    ...{ operation: "Bill", level: "ERROR" },
    reasons: [
      "2 fetches where 1 were enough",
      "2 fetches one after the other where 1 were enough",
      "2 subgraphs where 1 were enough",
      "asks names too",
    ],
    before: expect.stringContaining('service: "orders"'),
    after: expect.stringContaining('service: "names"'),
  });
});

test("within the budget nothing is said", async () => {
  expect((await compare({ moreFetches: 1, deeper: 1, moreSubgraphs: 1 })).findings).toEqual([]);
  expect((await compare({ level: "OFF" })).findings).toEqual([]);
});

test("keys of cached entities that nobody will ask for are named", async () => {
  const back = await comparePlans({
    ...{ before: after, after: before, operations },
    budget: defaultBudget,
  });
  expect(back.findings).toEqual([]);
  expect(back.orphanedKeys).toEqual(["names: Order by guid"]);
});

test("what there is no time for is counted", async () => {
  expect(await compare({}, { timeMsMax: -1 })).toMatchObject({ compared: 0, leftOut: 3 });
});
