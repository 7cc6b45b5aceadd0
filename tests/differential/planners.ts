import { join } from "node:path";
import { parseArgs } from "node:util";
import { OPERATION_LIMITS } from "./harness.ts";
import { generateOperation } from "./operations/generate-operation.ts";
import type { PlannerAnswer, PlannerTask } from "./planner-worker.ts";
import { Random } from "./random.ts";
import type { World } from "./world/world.ts";
import { worlds } from "./worlds.ts";

const WORKER = join(import.meta.dir, "planner-worker.ts");
const BATCH_TIMEOUT_MS = 20_000;
const EXAMPLES_PER_KIND = 1;

const { values } = parseArgs({
  options: {
    supergraphs: { type: "string", default: "20" },
    operations: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
    only: { type: "string" },
  },
});

interface Totals {
  operations: number;
  plannedByBoth: number;
  refusedByBoth: number;
  refusedByApollo: number;
  kinds: Map<string, { count: number; examples: string[] }>;
  hive: { fetches: number; depth: number };
  apollo: { fetches: number; depth: number };
}

const totals: Totals = {
  operations: 0,
  plannedByBoth: 0,
  refusedByBoth: 0,
  refusedByApollo: 0,
  kinds: new Map(),
  hive: { fetches: 0, depth: 0 },
  apollo: { fetches: 0, depth: 0 },
};

const choice = { from: 0, count: Number(values.supergraphs), seed: Number(values.seed), only: values.only };
for (const world of worlds(choice)) await comparePlanners(world);
printTotals();

async function comparePlanners(world: World): Promise<void> {
  const operations = validOperations(world);
  const task = { supergraphSdl: world.supergraphSdl, operations };
  const [hive, apollo] = [
    await planAll({ planner: "hive", ...task }),
    await planAll({ planner: "apollo", ...task }),
  ];
  for (const [i, operation] of operations.entries()) count(world, operation, hive[i]!, apollo[i]!);
  console.log(
    `… ${world.name}: ${operations.length} operations, ${refusals(hive)} refused by hive, ${refusals(apollo)} by apollo`,
  );
}

function validOperations(world: World): string[] {
  const random = new Random(Number(values.seed)).fork(`${world.name}-planners`);
  const drafts = Array.from(
    { length: Number(values.operations) },
    (_, i) => generateOperation(world.apiSchema, random.fork(i), OPERATION_LIMITS).query,
  );
  return drafts.filter((query) => world.monolith.validate(query).length === 0);
}

/** In a process of its own: native code can abort or hang. After that, a new one takes up the operation behind. */
async function planAll(task: PlannerTask): Promise<PlannerAnswer[]> {
  const answers: PlannerAnswer[] = [];
  while (answers.length < task.operations.length) {
    const rest = { ...task, operations: task.operations.slice(answers.length) };
    const child = Bun.spawn([process.execPath, WORKER], {
      stdin: new TextEncoder().encode(JSON.stringify(rest)),
      stdout: "pipe",
      stderr: "ignore",
      timeout: BATCH_TIMEOUT_MS,
    });
    const text = await new Response(child.stdout).text();
    await child.exited;
    const lines = text.split("\n").filter((line) => line.endsWith("}"));
    answers.push(...lines.map((line) => JSON.parse(line) as PlannerAnswer));
    if (answers.length >= task.operations.length) break;
    answers.push({
      refusal: child.signalCode === "SIGTERM" ? "HANGS" : `CRASHES (${child.signalCode ?? child.exitCode})`,
    });
  }
  return answers;
}

function count(world: World, operation: string, hive: PlannerAnswer, apollo: PlannerAnswer): void {
  totals.operations++;
  if ("refusal" in hive && "refusal" in apollo) totals.refusedByBoth++;
  else if ("refusal" in apollo) totals.refusedByApollo++;
  else if ("refusal" in hive) addKind(hive.refusal, `${world.name}: ${operation.replaceAll("\n", " ")}`);
  else {
    totals.plannedByBoth++;
    for (const [name, answer] of Object.entries({ hive, apollo }) as ["hive" | "apollo", typeof hive][]) {
      totals[name].fetches += answer.fetches;
      totals[name].depth += answer.depth;
    }
  }
}

function addKind(refusal: string, example: string): void {
  const kind = refusal
    .replace(/'[^']*'/g, "'…'")
    .replace(/for selection item: .*/, "for selection item")
    .slice(0, 140);
  const known = totals.kinds.get(kind) ?? { count: 0, examples: [] };
  known.count++;
  const shortest = [...known.examples, example].sort((left, right) => left.length - right.length);
  totals.kinds.set(kind, { count: known.count, examples: shortest.slice(0, EXAMPLES_PER_KIND) });
}

function refusals(answers: readonly PlannerAnswer[]): number {
  return answers.filter((answer) => "refusal" in answer).length;
}

function printTotals(): void {
  for (const [kind, { count, examples }] of [...totals.kinds].sort(
    (left, right) => right[1].count - left[1].count,
  )) {
    console.log(`\n${count} × ${kind}`);
    for (const example of examples) console.log(`    ${example}`);
  }
  const { hive, apollo, plannedByBoth } = totals;
  const mean = (sum: number) => (sum / Math.max(1, plannedByBoth)).toFixed(2);
  const refused = [...totals.kinds.values()].reduce((sum, kind) => sum + kind.count, 0);
  console.log(
    `\nseed ${values.seed}: ${totals.operations} operations; planned by both ${plannedByBoth}, by Apollo alone ${refused}, ` +
      `by the npm planner alone ${totals.refusedByApollo}, by neither ${totals.refusedByBoth}`,
  );
  console.log(
    `fetches per plan: npm ${mean(hive.fetches)}, Apollo ${mean(apollo.fetches)}; ` +
      `serial depth: npm ${mean(hive.depth)}, Apollo ${mean(apollo.depth)}`,
  );
}
