import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addDefers } from "../differential/operations/add-defers.ts";
import { generateOperation } from "../differential/operations/generate-operation.ts";
import { Random } from "../differential/random.ts";
import { worlds } from "../differential/worlds.ts";
import type { PlanTask } from "./plan-from-stdin.ts";

const limits = { depth: 5, fields: 22, objects: 10 };
const folder = mkdtempSync(join(tmpdir(), "planner-runtimes-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("Bun, Node and Deno make the same plans of the same operations", async () => {
  const tasks = makeTasks();
  const file = await bundle();
  const deno = join(import.meta.dir, "../../node_modules/.bin/deno");
  const [bun, node, denos] = await Promise.all([
    plansOf([process.execPath, file], tasks),
    plansOf(["node", file], tasks),
    plansOf([deno, "run", "--quiet", "--allow-env=NODE_ENV", file], tasks),
  ]);
  expect(bun.length).toBeGreaterThan(150);
  expect(bun.filter((plan) => plan.includes('"kind":"Defer"')).length).toBeGreaterThan(20);
  expect(node).toEqual(bun);
  expect(denos).toEqual(bun);
}, 60_000);

function makeTasks(): PlanTask[] {
  const tasks: PlanTask[] = [];
  for (const { name, supergraphSdl, apiSchema, monolith } of worlds({ from: 0, count: 16, seed: 6 })) {
    const drafts = Array.from(
      { length: 16 },
      (_, index) => generateOperation(apiSchema, new Random(6).fork(`${name}-${index}`), limits).query,
    );
    const operations = drafts.filter((query) => monolith.validate(query).length === 0).map(addDefers);
    tasks.push({ supergraphSdl, operations });
  }
  return tasks;
}

/** One file for all three: Node 20 reads no TypeScript. */
async function bundle(): Promise<string> {
  const built = await Bun.build({
    entrypoints: [join(import.meta.dir, "plan-from-stdin.ts")],
    outdir: folder,
    target: "node",
    format: "esm",
    naming: "planner.mjs",
  });
  expect(built.success).toBe(true);
  return join(folder, "planner.mjs");
}

async function plansOf(command: string[], tasks: readonly PlanTask[]): Promise<string[]> {
  const stdin = new TextEncoder().encode(JSON.stringify(tasks));
  const child = Bun.spawn(command, {
    stdin,
    stdout: "pipe",
    stderr: "pipe",
    env: { PATH: process.env.PATH },
  });
  const [output, errors] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  expect(errors).toBe("");
  return output.split("\n");
}
