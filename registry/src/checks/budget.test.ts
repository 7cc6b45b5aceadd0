import { expect, test } from "bun:test";
import { registryUnderTest } from "../test-support/registry-under-test.ts";

const under = registryUnderTest();
const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@override"])`;
const orders = `${link}
type Query { order(id: ID!): Order }
type Order @key(fields: "id") { id: ID! total: Float guestName: String }`;
const names = `${link}
type Order @key(fields: "id") { id: ID! guestName: String @override(from: "orders") }`;

async function check(): Promise<{ exitCode: number; text: string }> {
  under.folder.write("names.graphql", names);
  const { exitCode, stdout, stderr } = await under.rover([
    ...["subgraph", "check", "vino@main", "--name", "names", "--schema", "names.graphql"],
  ]);
  return { exitCode, text: (stdout + stderr).replace(/[\s│]+/g, " ") };
}

const configure = (settings: object) =>
  under.graphql(
    'mutation ($settings: String!) { graph(id: "vino") { variant(name: "main") { configure(settings: $settings) } } }',
    {
      settings: JSON.stringify(settings),
    },
  );

test("a change that makes known operations cost more is told by Rover, and fails where it is to fail", async () => {
  expect((await under.publish("orders", orders)).exitCode).toBe(0);
  await under.report({
    ...{ operation: 'query Bill{order(id:""){total guestName}}', operationName: "Bill", count: 9 },
    fields: ["Query.order", "Order.total", "Order.guestName"],
  });

  const warned = await check();
  expect(warned.exitCode).toBe(0);
  expect(warned.text).toContain("2 fetches where 1 were enough");
  expect(warned.text).toContain("Bill");
  await configure({ budget: { level: "ERROR" } });
  const failed = await check();
  expect(failed.exitCode).not.toBe(0);
  await configure({ budget: { level: "ERROR", moreFetches: 1, deeper: 1, moreSubgraphs: 1 } });
  expect((await check()).exitCode).toBe(0);
  expect(under.faults).toEqual([]);
});
