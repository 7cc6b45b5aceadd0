import { expect, test } from "bun:test";
import { buildSchema, type FragmentDefinitionNode, Kind, type OperationDefinitionNode, parse } from "graphql";
import type { Describable } from "./describe-operation.ts";
import { UsageCounts } from "./usage-counts.ts";

const schema = buildSchema(`
type Query { order(id: ID!, like: Filter): Order orders(statuses: [Status!]): [Order!]! }
type Order { id: ID! total: Float note(lines: Int): String status: Status guest: Guest }
type Guest { name: String }
input Filter { text: String, nested: Filter, status: Status, tags: [String!] }
enum Status { OPEN PAID }
`);

function operationOf(text: string): Describable {
  const document = parse(text);
  const definition = document.definitions.find(
    (node): node is OperationDefinitionNode => node.kind === Kind.OPERATION_DEFINITION,
  )!;
  const fragments = new Map(
    document.definitions
      .filter((node): node is FragmentDefinitionNode => node.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );
  return { document, definition, fragments, name: definition.name?.value };
}

const asked = (operation: Describable, more = {}) => ({
  ...{ operation, variables: {}, clientName: "web", clientVersion: "1", hasErrors: false, latencyMs: 2.5 },
  ...more,
});

test("an operation is told without values, with the places in the schema that it names", () => {
  const counts = new UsageCounts(schema, 10);
  const text = `query Bill($id: ID!) {
    order(id: "secret-42", like: { text: "hunter2", nested: { status: PAID } }) { ...Parts note(lines: 7) }
    mine: order(id: $id) { __typename }
  }
  fragment Unused on Order { id }
  fragment Parts on Order { total guest { name } }`;
  counts.add(asked(operationOf(text)));
  const [record] = counts.take();
  expect(record).toMatchObject({
    operation:
      'query Bill($id:ID!){order(id:"" like:{}){...Parts note(lines:0)}mine:order(id:$id){__typename}}fragment Parts on Order{total guest{name}}',
    operationName: "Bill",
    fields: ["Query.order", "Order.note", "Order.total", "Order.guest", "Guest.name"],
    arguments: ["Query.order.id", "Query.order.like", "Order.note.lines"],
    inputFields: ["Filter.text", "Filter.nested", "Filter.status"],
    enumValues: ["Status.PAID"],
  });
  expect(JSON.stringify(record)).not.toMatch(/hunter2|secret-42|7/);
});

test("variables bring what they name, and none of their values", () => {
  const counts = new UsageCounts(schema, 10);
  const operation = operationOf(
    "query ($like: Filter, $in: [Status!]) { order(id: 1, like: $like) { id } orders(statuses: $in) { id } }",
  );
  counts.add(asked(operation, { variables: { like: { text: "hunter2", unknown: 1 }, in: ["OPEN"] } }));
  counts.add(asked(operation, { variables: { like: { nested: { tags: ["hunter2"] } }, in: null } }));
  const [record] = counts.take();
  expect(record).toMatchObject({
    inputFields: ["Filter.text", "Filter.nested", "Filter.tags"],
    enumValues: ["Status.OPEN"],
  });
  expect(JSON.stringify(record)).not.toContain("hunter2");
});

test("each operation by each client is counted by itself, within the bound", () => {
  const counts = new UsageCounts(schema, 3);
  const [one, other] = [operationOf("{ order(id: 1) { id } }"), operationOf("{ orders { id } }")];
  expect(counts.add(asked(one))).toBe(true);
  expect(counts.add(asked(one, { hasErrors: true }))).toBe(true);
  expect(counts.add(asked(one, { clientVersion: "2" }))).toBe(true);
  expect(counts.add(asked(other))).toBe(true);
  expect(counts.add(asked(other, { clientName: "kiosk" }))).toBe(false);
  expect(counts.add(asked(other))).toBe(true);
  const records = counts.take();
  expect(records.map(({ count, errors, latencyMsSum }) => [count, errors, latencyMsSum])).toEqual([
    [2, 1, 5],
    [1, 0, 2.5],
    [2, 0, 5],
  ]);
  expect(counts.take()).toEqual([]);
  expect(counts.add(asked(other, { clientName: "kiosk" }))).toBe(true);
});
