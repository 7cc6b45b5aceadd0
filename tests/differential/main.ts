import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { Engine, StartEngine } from "./engines/engine.ts";
import { startRouter } from "./engines/router.ts";
import { saveFoundCase } from "./found-cases.ts";
import { type Check, type Counts, type Mismatch, runWorld } from "./harness.ts";
import { shrink } from "./shrink.ts";
import { worlds } from "./worlds.ts";

const SHRUNK_MAX = 12;
const PROGRESS_EVERY_MS = 2_000;

const { values } = parseArgs({
  options: {
    supergraphs: { type: "string", default: "50" },
    operations: { type: "string", default: "400" },
    seed: { type: "string", default: "1" },
    only: { type: "string" },
    engine: { type: "string", default: "router" },
    save: { type: "boolean", default: false },
    // The request being run, kept in a file: native code that aborts leaves nothing else behind.
    trace: { type: "string" },
  },
});

let shrunkCount = 0;

process.exitCode = (await main()) ? 0 : 1;

async function main(): Promise<boolean> {
  const counts: Counts = { operations: 0, invalid: 0, withErrors: 0, mismatches: 0 };
  const startedAt = performance.now();
  const seed = Number(values.seed);
  const startEngine = traced(await engineNamed(values.engine));
  let supergraphs = 0;
  let nextLineAt = startedAt + PROGRESS_EVERY_MS;
  for (const world of worlds({ count: Number(values.supergraphs), seed, only: values.only })) {
    const operations = Number(values.operations);
    await runWorld({ world, operations, seed, startEngine, counts, onMismatch });
    supergraphs++;
    if (performance.now() < nextLineAt) continue;
    nextLineAt = performance.now() + PROGRESS_EVERY_MS;
    console.log(`… ${summary(supergraphs, counts, startedAt)}`);
  }
  console.log(`seed ${seed}: ${summary(supergraphs, counts, startedAt)}`);
  return counts.mismatches === 0 && counts.operations > 0;
}

async function engineNamed(name: string): Promise<StartEngine> {
  if (name === "router") return startRouter;
  if (name === "gateway") return (await import("./engines/gateway.ts")).startGateway;
  throw new Error(`unknown engine ${name}: router or gateway`);
}

function traced(startEngine: StartEngine): StartEngine {
  const path = values.trace;
  if (!path) return startEngine;
  return async (world) => {
    const engine = await startEngine(world);
    const execute: Engine["execute"] = (request) => {
      writeFileSync(path, JSON.stringify({ supergraph: world.name, request, subgraphs: world.sources }));
      return engine.execute(request);
    };
    return { ...engine, execute };
  };
}

async function onMismatch(mismatch: Mismatch, check: Check): Promise<void> {
  if (++shrunkCount > SHRUNK_MAX) return;
  const request = await shrink(mismatch.request, async (smaller) => (await check(smaller)) !== undefined);
  const { expected, actual, difference } = (await check(request)) ?? mismatch;
  const { world, seed } = mismatch;
  console.log(`\nDIFFERENT at ${difference.path} — supergraph ${world.name}, operation seed ${seed}`);
  console.log(request.query);
  console.log(`variables ${JSON.stringify(request.variables)}`);
  console.log(`expected  ${shortened(expected)}`);
  console.log(`actual    ${shortened(actual)}`);
  if (!values.save) return;
  const found = { supergraph: world.name, seed, subgraphs: world.sources, request, expected, actual };
  console.log(`saved     ${saveFoundCase(found)}`);
}

function shortened(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 1_200 ? `${text.slice(0, 1_200)} …` : text;
}

function summary(supergraphs: number, counts: Counts, startedAt: number): string {
  const seconds = (performance.now() - startedAt) / 1000;
  const rate = Math.round(counts.operations / seconds);
  return (
    `${supergraphs} supergraphs, ${counts.operations} operations (${counts.withErrors} with errors, ` +
    `${counts.invalid} drafts invalid), ${counts.mismatches} different; ${seconds.toFixed(1)} s, ${rate}/s`
  );
}
