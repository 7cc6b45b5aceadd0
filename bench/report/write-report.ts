import { join } from "node:path";
import type { ScenarioResult, StartResult } from "../measure/results.ts";
import type { BenchOptions } from "../options.ts";
import { goalsTable } from "./goals.ts";
import { type MachineFacts, machineText } from "./machine.ts";
import { overviewTable } from "./overview.ts";
import { scenarioTable, startTable } from "./scenario-table.ts";

export interface Report {
  readonly machine: MachineFacts;
  readonly options: BenchOptions;
  readonly starts: readonly StartResult[];
  readonly results: readonly ScenarioResult[];
  readonly skipped: readonly string[];
}

const EXPLANATION = `Medians over the rounds, in brackets the lowest and the highest. CPU time is that of the router's
processes, from the operating system's accounting, and so is memory (resident set: when checked, after the load, at its
highest). "start" is the time from the start of the process to its first correct answer, "fetches" what one request
asked of the subgraphs and "their CPU" what that cost them. The answers of each router were equal to those of a monolith
with the same data before anything was timed, and again afterwards.`;

/** Returns the path of the readable one; the figures of each round stand beside it as JSON. */
export async function writeReport(report: Report): Promise<string> {
  const { machine, options, starts, results, skipped } = report;
  const path = join(options.resultsPath, machine.date.slice(0, 16).replace(":", ""));
  const text = [
    "# Side by side",
    EXPLANATION,
    machineText(machine),
    `- ${options.rounds} rounds of ${options.seconds} s for each router, in turns, after ${options.warmUpSeconds} s of warm-up`,
    goalsTable(results, starts),
    results.length > 1 ? overviewTable(results) : "",
    "## Scenarios",
    starts.length > 0 ? startTable(starts) : "",
    ...results.map(scenarioTable),
    skipped.length > 0 ? `Not run, the time was up: ${skipped.join(", ")}` : "",
  ];
  await Bun.write(`${path}.md`, `${text.filter(Boolean).join("\n\n")}\n`);
  const { rounds, seconds, warmUpSeconds } = options;
  const figures = { machine, rounds, seconds, warmUpSeconds, starts, results, skipped };
  await Bun.write(`${path}.json`, `${JSON.stringify(figures, null, 2)}\n`);
  return `${path}.md`;
}
