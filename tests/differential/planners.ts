import { join } from "node:path";
import { parseArgs } from "node:util";
import { createPlanner } from "../../router/src/planner/create-planner.ts";
import { measurePlan, type PlanFigures } from "../../router/src/planner/measure-plan.ts";
import { parseOperation } from "../../router/src/planner/normalize/normalize-operation.ts";
import { compareAnswers } from "./compare.ts";
import { OPERATION_LIMITS } from "./harness.ts";
import { generateOperation } from "./operations/generate-operation.ts";
import type { PlannerAnswer, PlannerTask, RivalName } from "./planner-worker.ts";
import { Random } from "./random.ts";
import { answerOfRival } from "./rival-answers.ts";
import type { GraphQLRequest } from "./world/subgraph-server.ts";
import type { World } from "./world/world.ts";
import { worlds } from "./worlds.ts";

/** This planner against Apollo's and the npm planner. Where one of them needs less, its plan is run: is it right? */
const WORKER = join(import.meta.dir, "planner-worker.ts");
const BATCH_TIMEOUT_MS = 60_000;
const FIGURES = ["fetches", "depth", "bytes"] as const;

const { values } = parseArgs({
  options: {
    supergraphs: { type: "string", default: "20" },
    operations: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
    only: { type: "string" },
    examples: { type: "string", default: "20" },
  },
});

interface Tally {
  planned: number;
  refused: number;
  ours: PlanFigures;
  theirs: PlanFigures;
  better: PlanFigures;
  equal: PlanFigures;
  worse: PlanFigures;
  /** Of the plans with fewer fetches or less depth than ours. */
  wrong: number;
  right: string[];
}

const tallies: Record<RivalName, Tally> = { apollo: emptyTally(), npm: emptyTally() };
let operations = 0;

const choice = { from: 0, count: Number(values.supergraphs), seed: Number(values.seed), only: values.only };
for (const world of worlds(choice)) await compareOn(world);
printTallies();

function emptyTally(): Tally {
  const none = (): PlanFigures => ({ fetches: 0, depth: 0, bytes: 0 });
  const figures = { ours: none(), theirs: none(), better: none(), equal: none(), worse: none() };
  return { planned: 0, refused: 0, ...figures, wrong: 0, right: [] };
}

async function compareOn(world: World): Promise<void> {
  const requests = validRequests(world);
  operations += requests.length;
  const planner = createPlanner(world.supergraphSdl);
  const ours: PlanFigures[] = [];
  for (const { query: text } of requests) {
    const labels = { overrideLabels: new Set<string>(), overridePercentage: 100 };
    ours.push(
      measurePlan((await planner.plan({ ...parseOperation(text, "Main"), ...labels, defers: false })).node),
    );
  }
  const texts = requests.map(({ query }) => query);
  for (const name of ["apollo", "npm"] as const) {
    const task = { planner: name, supergraphSdl: world.supergraphSdl, operations: texts };
    for (const [i, answer] of (await planAll(task)).entries())
      await count(world, name, { request: requests[i]!, ours: ours[i]!, answer });
  }
  console.log(`… ${world.name}: ${requests.length} operations`);
}

function validRequests(world: World): GraphQLRequest[] {
  const random = new Random(Number(values.seed)).fork(`${world.name}-planners`);
  const drafts = Array.from({ length: Number(values.operations) }, (_, i) =>
    generateOperation(world.apiSchema, random.fork(i), OPERATION_LIMITS),
  );
  return drafts.filter(({ query }) => world.monolith.validate(query).length === 0);
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
    if (answers.length < task.operations.length) answers.push({ refusal: "hangs or crashes" });
  }
  return answers;
}

async function count(
  world: World,
  name: RivalName,
  { request, ours, answer }: { request: GraphQLRequest; ours: PlanFigures; answer: PlannerAnswer },
): Promise<void> {
  const tally = tallies[name];
  if ("refusal" in answer) {
    tally.refused++;
    return;
  }
  tally.planned++;
  const { figures: theirs, plan } = answer;
  for (const figure of FIGURES) {
    tally.ours[figure] += ours[figure];
    tally.theirs[figure] += theirs[figure];
    if (ours[figure] === theirs[figure]) tally.equal[figure]++;
    else tally[ours[figure] < theirs[figure] ? "better" : "worse"][figure]++;
  }
  if (theirs.fetches >= ours.fetches && theirs.depth >= ours.depth) return;
  const expected = world.monolith.execute(request);
  world.model.startOperation();
  const found = await answerOfRival(world, request, plan);
  if (compareAnswers(expected, found) !== undefined) tally.wrong++;
  else tally.right.push(describe(world, request, ours, theirs));
}

function describe(world: World, { query }: GraphQLRequest, ours: PlanFigures, theirs: PlanFigures): string {
  const figures = ({ fetches, depth }: PlanFigures) => `${fetches} fetches, depth ${depth}`;
  return `${world.name}: ours ${figures(ours)}, theirs ${figures(theirs)}: ${query.replaceAll(/\s+/g, " ")}`;
}

function printTallies(): void {
  for (const [name, tally] of Object.entries(tallies)) {
    const { right } = tally;
    const shortest = right.sort((left, other) => left.length - other.length);
    for (const example of shortest.slice(0, Number(values.examples)))
      console.log(`\n${name} needs less — ${example}`);
  }
  console.log(`\nseed ${values.seed}: ${operations} operations`);
  console.table(
    Object.fromEntries(
      Object.entries(tallies).flatMap(([name, tally]) =>
        FIGURES.map((figure) => [
          `${figure} against ${name}`,
          {
            plans: tally.planned,
            ours: tally.ours[figure],
            theirs: tally.theirs[figure],
            better: tally.better[figure],
            equal: tally.equal[figure],
            worse: tally.worse[figure],
          },
        ]),
      ),
    ),
  );
  for (const [name, { refused, wrong, right }] of Object.entries(tallies)) {
    console.log(
      `${name}: ${refused} operations without a plan; of ${wrong + right.length} plans with fewer fetches or less depth ` +
        `${wrong} give another answer than the monolith, ${right.length} the same`,
    );
  }
}
