import { writeFileSync } from "node:fs";
import type { Engine, StartEngine } from "./engines/engine.ts";
import { startRouter } from "./engines/router.ts";
import { saveFoundCase } from "./found-cases.ts";
import { type Check, type Counts, type Mismatch, runWorld } from "./harness.ts";
import { shrink } from "./shrink.ts";
import { type WorldChoice, worlds } from "./worlds.ts";

export interface RunOptions extends WorldChoice {
  operations: number;
  engine: string;
  save: boolean;
  /** How many differences are made small and shown. */
  shrunkMax: number;
  /** The request being run, kept in a file: native code that aborts leaves nothing else behind. */
  tracePath: string;
}

/** Sent to the parent after each supergraph. */
export interface WorldDone {
  counts: Counts;
}

if (import.meta.main) await runWorlds(JSON.parse(process.argv[2]!) as RunOptions);

async function runWorlds(options: RunOptions): Promise<void> {
  const startEngine = traced(await engineNamed(options.engine), options.tracePath);
  let shrunk = 0;
  for (const world of worlds(options)) {
    const counts: Counts = { operations: 0, invalid: 0, withErrors: 0, mismatches: 0 };
    const onMismatch = async (mismatch: Mismatch, check: Check) => {
      if (shrunk++ < options.shrunkMax) await report(mismatch, check, options.save);
    };
    const { operations, seed } = options;
    await runWorld({ world, operations, seed, startEngine, counts, onMismatch });
    process.send?.({ counts } satisfies WorldDone);
  }
  process.disconnect?.();
}

async function engineNamed(name: string): Promise<StartEngine> {
  if (name === "router") return startRouter;
  if (name === "gateway") return (await import("./engines/gateway.ts")).startGateway;
  if (name === "parts") return (await import("./engines/parts.ts")).startParts;
  throw new Error(`unknown engine ${name}: router, parts or gateway`);
}

function traced(startEngine: StartEngine, path: string): StartEngine {
  return async (world) => {
    const engine = await startEngine(world);
    const execute: Engine["execute"] = (request) => {
      writeFileSync(path, JSON.stringify({ supergraph: world.name, ...request }));
      return engine.execute(request);
    };
    return { ...engine, execute };
  };
}

async function report(mismatch: Mismatch, check: Check, isSaved: boolean): Promise<void> {
  const request = await shrink(mismatch.request, async (smaller) => (await check(smaller)) !== undefined);
  const { expected, actual, difference } = (await check(request)) ?? mismatch;
  const { world, seed } = mismatch;
  console.log(`\nDIFFERENT at ${difference.path} — supergraph ${world.name}, operation seed ${seed}`);
  console.log(request.query);
  console.log(`variables ${JSON.stringify(request.variables)}`);
  console.log(`expected  ${shortened(expected)}`);
  console.log(`actual    ${shortened(actual)}`);
  if (!isSaved) return;
  const found = { supergraph: world.name, seed, subgraphs: world.sources, request, expected, actual };
  console.log(`saved     ${saveFoundCase(found)}`);
}

function shortened(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 1_200 ? `${text.slice(0, 1_200)} …` : text;
}
