import { expect, test } from "bun:test";
import { createPlanner, type PlannerOptions } from "../../router/src/planner/create-planner.ts";
import { drawPlan } from "../../router/src/planner/explain/draw-plan.ts";
import { explainInWords } from "../../router/src/planner/explain/explain-in-words.ts";
import { parseOperation } from "../../router/src/planner/normalize/normalize-operation.ts";
import { federated } from "./plan-world.ts";

const { supergraphSdl } = federated({
  shop: `type Query { items: [Item] } type Item @key(fields: "id") { id: ID! name: String }`,
  near: `type Item @key(fields: "id") { id: ID! stock: Int @shareable }`,
  far: `type Item @key(fields: "id") { id: ID! stock: Int @shareable weight: Int }`,
});

/** Told again once the hit rates that it asks for were read. */
const explain = (text: string, options: PlannerOptions & { sdl?: string } = {}) => {
  const operation = {
    ...parseOperation(text, undefined),
    overrideLabels: new Set<string>(),
    overridePercentage: 100,
    defers: true,
  };
  const planner = createPlanner(options.sdl ?? supergraphSdl, options);
  planner.explain(operation);
  planner.reconsider();
  return planner.explain(operation);
};

test("an explanation names the field, the key, what came before and what lost", () => {
  const text = explainInWords(explain("{ items { name stock } }"));
  expect(text).toContain("2 fetches, 2 one after the other, cost 7000.");
  expect(text).toContain('2. far at items.@\n   for Item.stock, entered by key "id"\n   after 1');
  expect(text).toContain("instead of near for Item.stock: cost 3500 alone");
});

test("what is deferred, what is cached and what a mutation does is said", () => {
  expect(explainInWords(explain('{ items { name ... @defer(label: "late") { stock } } }'))).toContain(
    'deferred to the part "late" at items',
  );
  expect(explainInWords(explain("{ items { stock } }", { hitRate: () => 0.9 }))).toContain(
    "counts as 0.1 of a fetch: the cache mostly answers",
  );
  const changing = federated({
    one: `type Query { a: Int } type Mutation { b: Thing d: Int } type Thing @key(fields: "id") { id: ID! }`,
    two: `type Mutation { c: Int } type Thing @key(fields: "id") { id: ID! more: Int }`,
  });
  expect(explainInWords(explain("mutation { b { more } c d }", { sdl: changing.supergraphSdl }))).toBe(
    [
      "4 fetches, 4 one after the other, cost 14000.",
      "1. one at the root\n   for Mutation.b (root)",
      '2. two at b\n   for Thing.more, entered by key "id"\n   after 1',
      "3. two at the root\n   for Mutation.c (root)\n   after 2",
      "4. one at the root\n   for Mutation.d (root)\n   after 3\n",
    ].join("\n\n"),
  );
  expect(explainInWords(explain("{ __typename }"))).toBe("No fetch: the router answers this itself.\n");
});

test("the picture has a box for each fetch, an arrow for each wait, and is well-formed whatever the names", () => {
  const picture = drawPlan(explain("{ items { name stock } }"));
  expect(picture.match(/<g>/g)).toHaveLength(2);
  expect(picture.match(/class="arrow"/g)).toHaveLength(1);
  for (const words of ["1. shop", "2. far", "Item.stock", "by key id", "not near for Item.stock: cost 3500"])
    expect(picture).toContain(words);
  const odd = explain("{ items { stock } }");
  const renamed = odd.fetches.map((fetch) => ({ ...fetch, subgraph: '<b> & "c"', path: "a.".repeat(400) }));
  const drawn = drawPlan({ ...odd, fetches: renamed });
  expect(drawn).toContain('1. &lt;b> &amp; "c"');
  for (const [, line = ""] of drawn.matchAll(/<text[^>]*>([^<]*)</g)) expect(line.length).toBeLessThan(64);
});

test("a picture is drawn of so many fetches at most, and says how many are left out", () => {
  const { fetches, ...rest } = explain("{ items { stock } }");
  const many = Array.from({ length: 250 }, (_, index) => ({ ...fetches[0]!, number: index + 1 }));
  const picture = drawPlan({ ...rest, fetches: many });
  expect(picture.match(/<g>/g)).toHaveLength(200);
  expect(picture).toContain("50 more fetches are not drawn.");
});
