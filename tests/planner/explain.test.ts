import { expect, test } from "bun:test";
import { createPlanner } from "../../router/src/planner/create-planner.ts";
import { parseOperation } from "../../router/src/planner/normalize/normalize-operation.ts";
import { federated } from "./plan-world.ts";

const { supergraphSdl } = federated({
  shop: `type Query { items: [Item] } type Item @key(fields: "id") { id: ID! name: String }`,
  near: `type Item @key(fields: "id") { id: ID! stock: Int @shareable }`,
  far: `type Item @key(fields: "id") { id: ID! stock: Int @shareable weight: Int }`,
});

test("an explanation names the field, the key, what came before and what lost", () => {
  const asked = {
    overrideLabels: new Set<string>(),
    overridePercentage: 100,
    defers: false,
  };
  const { text, picture } = createPlanner(supergraphSdl).explain({
    ...asked,
    ...parseOperation("{ items { name stock } }", undefined),
  });
  expect(text).toContain("2 fetches, 2 one after the other, cost 7000.");
  expect(text).toContain('2. far at items.@\n   for Item.stock, entered by key "id"\n   after 1');
  expect(text).toContain("instead of near for Item.stock: cost 3500 alone");
  expect(picture).toContain("f1 --> f2");
});
