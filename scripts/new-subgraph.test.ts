import { afterAll, expect, test } from "bun:test";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { composeServices, compositionHasErrors } from "@theguild/federation-composition";
import { parse } from "graphql";
import { newSubgraph } from "./new-subgraph.ts";
import { root } from "./run-command.ts";

/** A checkout beside this one, with what a generated subgraph needs. */
const checkout = mkdtempSync(join(tmpdir(), "mycelium-checkout-"));
for (const part of ["drizzle", "packages", "tsconfig.json", "package.json"]) {
  cpSync(join(root, part), join(checkout, part), { recursive: true });
}
linkPackages();
afterAll(() => rmSync(checkout, { recursive: true, force: true }));

test("a generated subgraph type-checks, composes, and passes its own tests", async () => {
  newSubgraph("parking", checkout);
  const file = Bun.file(join(checkout, "subgraphs/parking/schema.graphql"));
  const typeDefs = parse(await file.text());
  const composed = composeServices([{ name: "parking", typeDefs, url: "http://parking/graphql" }]);
  expect(compositionHasErrors(composed) ? composed.errors.map(({ message }) => message) : []).toEqual([]);
  const bin = (name: string) => join(root, "node_modules/.bin", name);
  await Bun.write(
    join(checkout, "tsconfig.parking.json"),
    JSON.stringify({ extends: "./tsconfig.json", include: ["subgraphs/parking"] }),
  );
  expect(await run([bin("tsc"), "--noEmit", "-p", "tsconfig.parking.json"])).toEqual({
    exitCode: 0,
    output: "",
  });
  const tests = await run([process.execPath, "test", "subgraphs/parking"]);
  expect(tests.output).toContain(" 0 fail");
  expect(tests.exitCode).toBe(0);
}, 120_000);

test.each(["Orders", "my-orders", "", "../up"])("%p is no name for one", (name) => {
  expect(() => newSubgraph(name, checkout)).toThrow("is no name for a subgraph");
});

/** Everything that is installed, with the packages of this checkout's copy in the place of its own. */
function linkPackages(): void {
  const installed = join(root, "node_modules");
  const own = join(checkout, "node_modules");
  mkdirSync(join(own, "@mycelium"), { recursive: true });
  for (const name of readdirSync(installed)) {
    if (name !== "@mycelium") symlinkSync(join(installed, name), join(own, name));
  }
  for (const name of readdirSync(join(checkout, "packages"))) {
    symlinkSync(join(checkout, "packages", name), join(own, "@mycelium", name));
  }
}

async function run(command: string[]): Promise<{ exitCode: number; output: string }> {
  const child = Bun.spawn(command, { cwd: checkout, stdout: "pipe", stderr: "pipe" });
  const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return { exitCode: await child.exited, output: `${out}${err}`.trim() };
}
