import { beforeAll, describe, expect, test } from "bun:test";
import { registryUnderTest } from "./test-support/registry-under-test.ts";

const under = registryUnderTest();

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@tag"])`;
const orders = `${link}
type Query { order(id: ID!): Order }
type Order @key(fields: "id") { id: ID! total: Float! }
`;
const payments = `${link}
type Order @key(fields: "id") { id: ID! payment: Payment }
type Payment { id: ID! amount: Int! }
`;

describe("the real Rover, before this registry", () => {
  beforeAll(async () => {
    await under.publish("orders", orders);
    await under.publish("payments", payments);
  });

  test("config whoami says whose key it is, and that a key is none", async () => {
    const { stdout, exitCode } = await under.rover(["config", "whoami"]);
    expect({ stdout, exitCode }).toMatchObject({ stdout: expect.stringContaining("vino"), exitCode: 0 });
    const unknown = await under.rover(["config", "whoami"], "service:vino:not-a-key-that-anybody-has");
    expect(unknown.exitCode).toBe(1);
    expect(unknown.stderr).toContain("error");
  });

  test("subgraph publish creates, updates, and says what changed", async () => {
    const created = await under.publish("menu", `${link}\ntype Query { menu: String }`);
    expect(created.exitCode).toBe(0);
    expect(created.stderr).toContain("A new subgraph called 'menu' was created in 'vino@main'");
    expect(created.stderr).toContain("The supergraph schema for 'vino@main' was updated");
    const updated = await under.publish("menu", `${link}\ntype Query { menu: String! }`);
    expect(updated.stderr).toContain("The 'menu' subgraph in 'vino@main' was updated");
    const same = await under.publish("menu", `${link}\ntype Query { menu: String! }`);
    expect(same.exitCode).toBe(0);
    expect(same.stderr).not.toContain("was updated");
    await under.rover(["subgraph", "delete", "vino@main", "--name", "menu", "--confirm"]);
  });

  test("subgraph list and fetch, supergraph and graph fetch give back what was published", async () => {
    const { data } = await under.json(["subgraph", "list", "vino@main"]);
    expect(data.subgraphs.map(({ name, url }: { name: string; url: string }) => [name, url]).sort()).toEqual([
      ["orders", "http://orders.test"],
      ["payments", "http://payments.test"],
    ]);
    const fetched = await under.rover(["subgraph", "fetch", "vino@main", "--name", "orders"]);
    expect(fetched.stdout).toContain("order(id: ID!): Order");
    const supergraph = await under.rover(["supergraph", "fetch", "vino@main"]);
    expect(supergraph.stdout).toContain('@join__graph(name: "payments", url: "http://payments.test")');
    const api = await under.rover(["graph", "fetch", "vino@main"]);
    expect(api.stdout).toContain("payment: Payment");
    expect(api.stdout).not.toContain("join__");
  });

  test("what does not compose is kept and not served, and Rover tells why", async () => {
    const broken = await under.publish("guests", `${link}\ntype Query { guest: Guest }`);
    expect(broken.stderr).toContain("Unknown type");
    const supergraph = await under.rover(["supergraph", "fetch", "vino@main"]);
    expect(supergraph.stdout).not.toContain("guests");
    const { data } = await under.json(["subgraph", "list", "vino@main"]);
    expect(data.subgraphs.map(({ name }: { name: string }) => name)).toContain("guests");
    const gone = await under.rover(["subgraph", "delete", "vino@main", "--name", "guests", "--confirm"]);
    expect(gone.exitCode).toBe(0);
  });

  test("subgraph delete tells first what would break", async () => {
    await under.publish(
      "wines",
      `${link}\ntype Order @key(fields: "id") { id: ID! wine: Wine } type Wine { id: ID! }`,
    );
    const dry = await under.rover(["subgraph", "delete", "vino@main", "--name", "orders", "--dry-run"]);
    expect(dry.stderr).toMatch(/error|Query/i);
    const { data } = await under.json(["subgraph", "list", "vino@main"]);
    expect(data.subgraphs).toHaveLength(3);
    await under.rover(["subgraph", "delete", "vino@main", "--name", "wines", "--confirm"]);
    const missing = await under.rover(["subgraph", "delete", "vino@main", "--name", "wines", "--confirm"]);
    expect(missing.exitCode).not.toBe(0);
    expect(missing.stderr).toContain("has no subgraph wines");
  });

  test("graph publish, fetch and check of a graph without subgraphs", async () => {
    under.folder.write("whole.graphql", "type Query { hello: String! old: Int }");
    const published = await under.rover(["graph", "publish", "vino@whole", "--schema", "whole.graphql"]);
    expect(published).toMatchObject({ exitCode: 0 });
    expect((await under.rover(["graph", "fetch", "vino@whole"])).stdout).toContain("hello: String!");
    under.folder.write("whole.graphql", "type Query { hello: String! fresh: Int }");
    const checked = await under.rover(["graph", "check", "vino@whole", "--schema", "whole.graphql"]);
    expect(checked).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("FIELD_REMOVED") });
    const linted = await under.rover(["graph", "lint", "vino@whole", "--schema", "whole.graphql"]);
    expect(linted.exitCode).toBe(0);
    const wrong = await under.rover(["supergraph", "fetch", "vino@whole"]);
    expect(wrong.exitCode).toBe(1);
    expect(wrong.stderr).toContain("non-federated");
    expect((await under.rover(["graph", "delete", "vino@whole", "--confirm"])).exitCode).toBe(0);
    expect((await under.rover(["graph", "fetch", "vino@whole"])).exitCode).not.toBe(0);
  });

  test("subgraph lint names the place, and passes over what is there already", async () => {
    under.folder.write("lint.graphql", `${orders}\ntype bad_name { Ugly: Int @deprecated }`);
    const linted = await under.rover([
      "subgraph",
      "lint",
      "vino@main",
      "--name",
      "orders",
      "--schema",
      "lint.graphql",
    ]);
    expect(linted.exitCode).not.toBe(0);
    expect(linted.stdout + linted.stderr).toContain("bad_name");
    under.folder.write("good.graphql", orders);
    const good = await under.rover([
      "subgraph",
      "lint",
      "vino@main",
      "--name",
      "orders",
      "--schema",
      "good.graphql",
    ]);
    expect(good.exitCode).toBe(0);
  });
});

describe("bad input leaves the registry as it was, and Rover says one thing", () => {
  const launches = async () => {
    const query = '{ graph(id: "vino") { variant(name: "main") { launches { id } } } }';
    return (await under.graphql(query)).data.graph.variant.launches.length;
  };

  test.each([
    [
      "a wrong key",
      ["subgraph", "list", "vino@main"],
      "service:vino:not-a-key-that-anybody-has",
      "Invalid credentials",
    ],
    ["an unknown graph", ["subgraph", "list", "other@main"], undefined, "Could not find"],
    ["an unknown variant", ["supergraph", "fetch", "vino@nowhere"], undefined, "nowhere"],
    ["a missing subgraph", ["subgraph", "fetch", "vino@main", "--name", "nobody"], undefined, "nobody"],
  ])("%s", async (_, args, key, words) => {
    const { exitCode, stderr } = await under.rover(args, key);
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain(words);
  });

  test("a schema that is not GraphQL, and one that is too large", async () => {
    const before = await launches();
    const broken = await under.publish("orders", "type Query {");
    expect(broken.exitCode).not.toBe(0);
    expect(broken.stderr).toContain("The schema is not GraphQL");
    const large = await under.publish("orders", `${orders}#${"x".repeat(4_100_000)}`);
    expect(large.stderr).toContain("at most 4000000 bytes");
    expect(await launches()).toBe(before);
  });

  test("a key of less rights", async () => {
    const reader = await under.key("READER");
    under.folder.write("orders.graphql", `${orders}#`);
    const args = ["subgraph", "publish", "vino@main", "--name", "orders", "--schema", "orders.graphql"];
    const refused = await under.rover(args, reader);
    expect(refused.exitCode).not.toBe(0);
    expect(refused.stderr).toContain("A key with the role READER may not publish");
    expect((await under.rover(["subgraph", "list", "vino@main"], reader)).exitCode).toBe(0);
    const other = await under.key("ADMIN", "another");
    expect((await under.rover(["subgraph", "list", "vino@main"], other)).stderr).toContain("Could not find");
  });

  test("of many published at once none is lost", async () => {
    const names = Array.from({ length: 6 }, (_, index) => `crowd${index}`);
    const results = await Promise.all(
      names.map((name) => under.publish(name, `${link}\ntype Query { ${name}: Int }`, { ref: "vino@crowd" })),
    );
    expect(results.map(({ exitCode }) => exitCode)).toEqual(names.map(() => 0));
    const { stdout } = await under.rover(["supergraph", "fetch", "vino@crowd"]);
    for (const name of names) expect(stdout).toContain(`name: "${name}"`);
  });

  test("nothing went wrong inside", () => {
    expect(under.faults).toEqual([]);
  });
});
