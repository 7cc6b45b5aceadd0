import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { registryUnderTest } from "./test-support/registry-under-test.ts";

const under = registryUnderTest();
const root = join(import.meta.dir, "../..");

/** As a pull request's or main's job runs it. */
async function subgraphs(...args: string[]) {
  const child = Bun.spawn([process.execPath, join(root, "rover/registry-command.ts"), ...args], {
    ...{ cwd: root, stdout: "pipe", stderr: "pipe" },
    env: { ...process.env, APOLLO_REGISTRY_URL: `${under.url}/graphql`, APOLLO_KEY: await under.key() },
  });
  const [stdout, stderr, exitCode] = await Promise.all([
    child.stdout.text(),
    child.stderr.text(),
    child.exited,
  ]);
  return { stdout, stderr, exitCode };
}

test("main publishes every subgraph of this repository, and a pull request without changes passes", async () => {
  const published = await subgraphs("publish", "vino@main");
  expect(published).toMatchObject({ exitCode: 0 });
  const committed = readFileSync(join(root, "supergraph.graphql"), "utf8").trim();
  expect((await under.rover(["supergraph", "fetch", "vino@main"])).stdout.trim()).toBe(committed);
  const checked = await subgraphs("check", "vino@main");
  expect(checked).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining("Nothing changes for clients."),
  });
});

test("a pull request that takes a field away from a client is told so in its comment", async () => {
  await under.report({
    ...{ operation: "query Bill{toast{order(id:$id){tip}}}", operationName: "Bill", clientVersion: "2" },
    ...{ count: 9, fields: ["Order.tip"] },
  });
  const orders = readFileSync(join(root, "subgraphs/orders/schema.graphql"), "utf8");
  under.folder.write("orders.graphql", orders.replace(/^ {2}tip: Float$/m, ""));
  under.folder.write(
    "rover.yaml",
    "subgraphs: { orders: { routing_url: http://o.test, schema: { file: ./orders.graphql } } }",
  );
  const comment = join(under.folder.path, "comment.md");
  const config = join(under.folder.path, "rover.yaml");
  const checked = await subgraphs("check", "vino@main", "--config", config, "--comment", comment);
  expect(checked.exitCode).toBe(1);
  const text = readFileSync(comment, "utf8");
  expect(text).toContain("### Schema check against `vino@main`: failed");
  expect(text).toContain("| breaks | `FIELD_REMOVED` |");
  expect(text).toContain("used by web 2, 9 times");
});

test("the workflows run scripts that there are", () => {
  const folder = join(root, ".github/workflows");
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const used = readdirSync(folder).flatMap((file) => {
    const { jobs } = parse(readFileSync(join(folder, file), "utf8")) as {
      jobs: Record<string, { steps: { run?: string }[] }>;
    };
    const commands = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run = "" }) => run));
    return commands.flatMap((run) => /^npm run (\S+)/.exec(run)?.[1] ?? []);
  });
  expect(used.length).toBeGreaterThan(2);
  expect(used.filter((name) => !(name in scripts))).toEqual([]);
});
