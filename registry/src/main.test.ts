import { beforeAll, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { testCluster } from "@mycelium/database/testing";
import { schemaName } from "./database.ts";
import { registryUnderTest } from "./test-support/registry-under-test.ts";

const under = registryUnderTest();
let roleSecret: string;
beforeAll(async () => {
  roleSecret = (await testCluster()).ownerUrl("mycelium");
  const schema = (fields: string) =>
    `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key"])\ntype Query { ${fields} }`;
  await under.publish("orders", schema("old: Int"));
  await under.publish("orders", schema("old: Int fresh: Int"));
});

/** On the same database, as somebody does at the machine that runs it. */
async function command(...args: string[]) {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "main.ts"), ...args], {
    env: {
      ...{ PATH: process.env.PATH, HOME: process.env.HOME },
      ...{ DATABASE_URL: under.server.ownerUrl(schemaName), DATABASE_ROLE_SECRET: roleSecret },
    },
    ...{ stdin: "ignore", stdout: "pipe", stderr: "pipe" },
  });
  const [stdout, stderr, exitCode] = await Promise.all([
    child.stdout.text(),
    child.stderr.text(),
    child.exited,
  ]);
  return { stdout: stdout.trim(), stderr: stderr.trim(), exitCode };
}

test("a key is made, works, and works no more once it is taken back", async () => {
  const made = await command("keys", "create", "vino", "READER", "ci");
  expect(made.exitCode).toBe(0);
  expect((await under.rover(["subgraph", "list", "vino@main"], made.stdout)).exitCode).toBe(0);
  expect((await command("keys", "revoke", "vino", "ci")).stdout).toBe("1 keys taken back");
  expect((await under.rover(["subgraph", "list", "vino@main"], made.stdout)).exitCode).not.toBe(0);
});

test("one command goes back to the launch before, or to one that is named", async () => {
  const api = async () => (await under.rover(["graph", "fetch", "vino@main"])).stdout;
  expect(await api()).toContain("fresh");
  const back = await command("rollback", "vino@main");
  expect(back.stdout).toContain("vino@main serves launch");
  expect(await api()).not.toContain("fresh");
  const forward = await command("rollback", "vino@main", "2");
  expect(forward.exitCode).toBe(0);
  expect(await api()).toContain("fresh");
  expect((await command("rollback", "vino@main", "77")).stderr).toContain("has no launch 77");
});

test("settings and approvals are written down, and wrong ones are refused in one line", async () => {
  const file = join(under.folder.path, "settings.json");
  writeFileSync(file, JSON.stringify({ lint: { RESTY_FIELD_NAMES: "ERROR" } }));
  expect((await command("settings", "vino@main", file)).exitCode).toBe(0);
  writeFileSync(file, JSON.stringify({ lnit: {} }));
  expect((await command("settings", "vino@main", file)).stderr).toContain("lnit");
  expect((await command("approve", "vino@main", "FIELD_REMOVED Query.old")).exitCode).toBe(0);
  expect((await command("approve", "vino@nowhere", "x")).stderr).toBe("There is no variant nowhere");
});

test.each([[["frobnicate"]], [["keys", "create", "vino", "KING", "x"]], [["rollback", "nothing"]]])(
  "%j is refused with what can be said",
  async (args) => {
    const { exitCode, stderr } = await command(...args);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("npm run registry");
  },
);
