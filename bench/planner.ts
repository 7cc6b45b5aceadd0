/**
 * Planning side by side: `bun bench/planner.ts [types] [subgraphs]`. The supergraph and the operations are made
 * from a seed; every planner gets the same ones, cold: no plan is asked for twice.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPlanner } from "../router/src/planner/create-planner.ts";
import { measurePlan, type PlanFigures } from "../router/src/planner/measure-plan.ts";
import { parseOperation } from "../router/src/planner/normalize/normalize-operation.ts";
import type { Planner } from "../router/src/planner/planner.ts";
import { createHivePlanner } from "./planner/hive-planner.ts";
import { type MadeSupergraph, makeOperation, makeSupergraph } from "./planner/make-supergraph.ts";
import type { StartFigures } from "./planner/start-once.ts";

interface Round {
  planner: string;
  startMs: number;
  medianMs: number;
  p95Ms: number;
  worstMs: number;
  plans: PlanFigures[];
}

const [types = "1000", subgraphs = "50"] = process.argv.slice(2);
const operationCount = 400;
const startCount = 7;

await main();

async function main(): Promise<void> {
  const supergraph = makeSupergraph({ types: Number(types), subgraphs: Number(subgraphs), seed: 7 });
  const operations = Array.from({ length: operationCount }, (_, seed) => makeOperation(supergraph, seed));
  await measureStarts(supergraph.sdl, operations);
  const rounds: Round[] = [];
  for (const [name, create] of [
    ["mycelium", createPlanner],
    ["hive (npm)", createHivePlanner],
  ] as const) {
    rounds.push(await measure(name, create, supergraph.sdl, operations));
  }
  console.log(`${types} types, ${subgraphs} subgraphs, ${operations.length} operations of 10 to 50 fields`);
  console.table(rounds.map(({ plans, ...figures }) => ({ ...figures, ...total(plans) })));
  await measureBomb(supergraph.sdl);
  await measureGrowth(supergraph);
}

/** Each in a process of its own, where no code is compiled yet. The router parses a supergraph once, for all its parts. */
async function measureStarts(sdl: string, operations: readonly string[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "planner-start-"));
  const paths = [join(folder, "supergraph.graphql"), join(folder, "operations.json")] as const;
  writeFileSync(paths[0], sdl);
  writeFileSync(paths[1], JSON.stringify(operations));
  const starts: StartFigures[] = [];
  for (let run = 0; run < startCount; run++) {
    const child = Bun.spawn([process.execPath, join(import.meta.dir, "planner/start-once.ts"), ...paths]);
    starts.push((await new Response(child.stdout).json()) as StartFigures);
  }
  rmSync(folder, { recursive: true });
  const of = (name: keyof StartFigures): number => round(median(starts.map((start) => start[name])));
  const startMs = round(median(starts.map(({ parseMs, plannerMs }) => parseMs + plannerMs)));
  console.log(`start in a fresh process from ${Math.round(sdl.length / 1000)} KB, median of ${startCount}`);
  console.table([
    {
      startMs,
      parseMs: of("parseMs"),
      plannerMs: of("plannerMs"),
      documentMb: of("documentMb"),
      [`plannerMb after ${operations.length} plans`]: of("plannerMb"),
    },
  ]);
}

/** Operations of ever more fields, each put together from others: cold, the median of several. */
async function measureGrowth(supergraph: MadeSupergraph): Promise<void> {
  const planner = createPlanner(supergraph.sdl);
  const rows: object[] = [];
  let seed = operationCount;
  for (const parts of [1, 3, 10, 30, 100, 300]) {
    const times: number[] = [];
    const sizes: number[] = [];
    const fetches: number[] = [];
    for (let run = 0; run < 9; run++) {
      const made = Array.from({ length: parts }, () => makeOperation(supergraph, seed++));
      const text = `{${made.map((each, index) => each.replace("{root", `a${index}:root`).slice(0, -1)).join(" ")}}`;
      const before = performance.now();
      const asked = { overrideLabels: new Set<string>(), overridePercentage: 50, defers: false };
      const plan = await planner.plan({ ...parseOperation(text, undefined), ...asked });
      times.push(performance.now() - before);
      sizes.push(text.match(/\w+/g)!.length - parts);
      fetches.push(measurePlan(plan.node).fetches);
    }
    const fields = median(sizes);
    const ms = median(times);
    rows.push({
      fields,
      fetches: median(fetches),
      ms: round(ms),
      microsecondsPerField: round((1000 * ms) / fields),
    });
  }
  console.log("growth");
  console.table(rows);
}

function median(values: number[]): number {
  return values.sort((left, right) => left - right)[Math.floor(values.length / 2)]!;
}

async function measure(
  planner: string,
  create: (sdl: string) => Planner,
  sdl: string,
  operations: readonly string[],
): Promise<Round> {
  const started = performance.now();
  const instance = create(sdl);
  const startMs = performance.now() - started;
  const times: number[] = [];
  const plans: PlanFigures[] = [];
  for (const text of operations) {
    const before = performance.now();
    const plan = await instance.plan({
      ...parseOperation(text, undefined),
      overrideLabels: new Set(),
      overridePercentage: 50,
      defers: false,
    });
    times.push(performance.now() - before);
    plans.push(measurePlan(plan.node));
  }
  times.sort((left, right) => left - right);
  const at = (share: number): number => round(times[Math.floor((times.length - 1) * share)]!);
  return { planner, startMs: round(startMs), medianMs: at(0.5), p95Ms: at(0.95), worstMs: at(1), plans };
}

function total(plans: readonly PlanFigures[]): PlanFigures {
  const sum = { fetches: 0, depth: 0, bytes: 0 };
  for (const plan of plans) {
    sum.fetches += plan.fetches;
    sum.depth += plan.depth;
    sum.bytes += plan.bytes;
  }
  return sum;
}

/** Nested fragments that double at each level: 2^16 fields when written out. */
async function measureBomb(sdl: string): Promise<void> {
  const planner = createPlanner(sdl);
  const text = makeBomb(16);
  const before = performance.now();
  const outcome = await planner
    .plan({
      ...parseOperation(text, undefined),
      overrideLabels: new Set(),
      overridePercentage: 50,
      defers: false,
    })
    .then((plan) => `planned: ${JSON.stringify(plan).length} bytes`)
    .catch((error: Error) => `refused: ${error.message}`);
  console.log(`fragment bomb of 16 levels: ${round(performance.now() - before)} ms, ${outcome}`);
}

function makeBomb(levels: number): string {
  const parts = ["{root0{...L0}}"];
  for (let level = 0; level < levels; level++) {
    const inner = level + 1 < levels ? `{...L${level + 1}}` : "{id}";
    parts.push(`fragment L${level} on T0{a${level}:self${inner} b${level}:self${inner}}`);
  }
  return parts.join(" ");
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}
