import { expect, test } from "bun:test";
import type { CommandIo } from "./command-io.ts";
import { exitCode } from "./exit-code.ts";
import { runPlanCommand } from "./plan-command.ts";

const supergraph = `
  schema @link(url: "https://specs.apollo.dev/join/v0.3") { query: Query }
  enum join__Graph { A @join__graph(name: "a", url: "") B @join__graph(name: "b", url: "") }
  type Query @join__type(graph: A) @join__type(graph: B) { item: Item @join__field(graph: A) }
  type Item @join__type(graph: A, key: "id") @join__type(graph: B, key: "id") {
    id: ID!
    name: String @join__field(graph: B)
  }
`;
const files: Record<string, string> = {
  "s.graphql": supergraph,
  "o.graphql": "{ item { name } }",
  "w.graphql": "{ no }",
};

async function run(...args: string[]) {
  let out = "";
  let errors = "";
  const io: CommandIo = {
    environment: {},
    readFile: (path) => files[path],
    stdout: (text) => {
      out += text;
    },
    stderr: (text) => {
      errors += text;
    },
  };
  return { code: await runPlanCommand(["--supergraph", "s.graphql", ...args], io), out, errors };
}

test("prints the plan, why it is so, or nothing but its picture", async () => {
  const plain = await run("--operation", "o.graphql");
  expect(plain.out).toContain('Fetch(service: "b")');
  expect(plain.out).not.toContain("entered by key");
  const explained = await run("--operation", "o.graphql", "--explain");
  expect(explained.out).toBe(
    `${plain.out}\n2 fetches, 2 one after the other, cost 7000.\n\n1. a at the root\n   for Query.item (root)\n\n` +
      '2. b at item\n   for Item.name, entered by key "id"\n   after 1\n',
  );
  const drawn = await run("--operation", "o.graphql", "--picture");
  expect(drawn.out).toMatch(/^<svg .*<\/svg>\n$/s);
  expect(JSON.parse((await run("--operation", "o.graphql", "--json")).out)).toHaveProperty(
    "node.kind",
    "Sequence",
  );
});

test("says where an operation is wrong, which file is missing and how it is used", async () => {
  expect(await run("--operation", "w.graphql")).toMatchObject({
    code: exitCode.invalid,
    errors: '1:3 Cannot query field "no" on type "Query".\n',
  });
  expect(await run("--operation", "x.graphql")).toMatchObject({
    code: exitCode.invalid,
    errors: "there is no file x.graphql\n",
  });
  expect(await run()).toMatchObject({ code: exitCode.usage });
});
