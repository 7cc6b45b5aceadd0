import { existsSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Counts } from "./harness.ts";
import type { RunOptions, WorldDone } from "./run-worlds.ts";

const PROGRESS_EVERY_MS = 2_000;
const RUNNER = join(import.meta.dir, "run-worlds.ts");

const { values } = parseArgs({
  options: {
    supergraphs: { type: "string", default: "50" },
    operations: { type: "string", default: "400" },
    seed: { type: "string", default: "1" },
    only: { type: "string" },
    engine: { type: "string", default: "router" },
    save: { type: "boolean", default: false },
    shrunk: { type: "string", default: "12" },
  },
});

const counts: Counts = { operations: 0, invalid: 0, withErrors: 0, mismatches: 0 };
const startedAt = performance.now();
let supergraphs = 0;
let crashes = 0;
let nextLineAt = startedAt + PROGRESS_EVERY_MS;

await main();
console.log(`seed ${values.seed}: ${summary()}`);
process.exitCode = counts.mismatches + crashes === 0 && counts.operations > 0 ? 0 : 1;

/** The supergraphs run in a process of their own; when that crashes, the next one goes on with the supergraph behind. */
async function main(): Promise<void> {
  const count = Number(values.supergraphs);
  const tracePath = join(tmpdir(), `differential-${process.pid}.json`);
  for (let from = 0; from < count; ) {
    const done = await runFrom({
      from,
      count,
      seed: Number(values.seed),
      only: values.only,
      operations: Number(values.operations),
      engine: values.engine,
      save: values.save,
      shrunkMax: Number(values.shrunk),
      tracePath,
    });
    if (done === "all") break;
    crashes++;
    console.log(
      `\nCRASHED on ${existsSync(tracePath) ? readFileSync(tracePath, "utf8") : "an unknown request"}`,
    );
    from = from + done + 1;
  }
  rmSync(tracePath, { force: true });
}

/** How many supergraphs were done before the process ended, or that all were. */
async function runFrom(options: RunOptions): Promise<number | "all"> {
  let done = 0;
  const child = Bun.spawn([process.execPath, RUNNER, JSON.stringify(options)], {
    stdout: "inherit",
    stderr: "pipe",
    ipc: (message: WorldDone) => {
      done++;
      addCounts(message.counts);
    },
  });
  const said = await lastOf(child.stderr);
  if ((await child.exited) === 0) return "all";
  console.log(`\n${said}`);
  return done;
}

/** As much as tells why, of however much there is. */
async function lastOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  let last = "";
  const decoder = new TextDecoder();
  for await (const chunk of stream) last = (last + decoder.decode(chunk, { stream: true })).slice(-1_000);
  return last.trim();
}

function addCounts(more: Counts): void {
  supergraphs++;
  for (const name of ["operations", "invalid", "withErrors", "mismatches"] as const)
    counts[name] += more[name];
  if (performance.now() < nextLineAt) return;
  nextLineAt = performance.now() + PROGRESS_EVERY_MS;
  console.log(`… ${summary()}`);
}

function summary(): string {
  const seconds = (performance.now() - startedAt) / 1000;
  return (
    `${supergraphs} supergraphs, ${counts.operations} operations (${counts.withErrors} with errors, ` +
    `${counts.invalid} drafts invalid), ${counts.mismatches} different, ${crashes} crashes; ` +
    `${seconds.toFixed(1)} s, ${Math.round(counts.operations / seconds)}/s`
  );
}
