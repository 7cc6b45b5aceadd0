import { readFileSync } from "node:fs";
import { parse } from "graphql";
import { createPlanner } from "../../router/src/planner/create-planner.ts";
import { parseOperation } from "../../router/src/planner/normalize/normalize-operation.ts";

/** What one start in a fresh process takes: `bun bench/planner/start-once.ts SUPERGRAPH OPERATIONS`, answered as JSON. */
export interface StartFigures {
  parseMs: number;
  plannerMs: number;
  /** Kept of the parsed supergraph, which the router needs anyway. */
  documentMb: number;
  /** Kept by the planner once all operations are planned. */
  plannerMb: number;
}

const [supergraphPath = "", operationsPath = ""] = process.argv.slice(2);
const sdl = readFileSync(supergraphPath, "utf8");
const operations = JSON.parse(readFileSync(operationsPath, "utf8")) as string[];
const emptyMb = heapMb();

const startedMs = performance.now();
const document = parse(sdl, { noLocation: true });
const parsedMs = performance.now();
const planner = createPlanner(document);
const readyMs = performance.now();

const documentMb = heapMb();
const asked = { overrideLabels: new Set<string>(), overridePercentage: 50, defers: false };
for (const text of operations) await planner.plan({ ...parseOperation(text, undefined), ...asked });
const figures: StartFigures = {
  parseMs: parsedMs - startedMs,
  plannerMs: readyMs - parsedMs,
  documentMb: documentMb - emptyMb,
  plannerMb: heapMb() - documentMb,
};
console.log(JSON.stringify(figures));

function heapMb(): number {
  Bun.gc(true);
  return process.memoryUsage().heapUsed / 1e6;
}
