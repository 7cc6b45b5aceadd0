import type { Round, RouterResult, ScenarioResult, StartResult } from "../measure/results.ts";
import { type Spread, spreadOf } from "../measure/statistics.ts";
import { type Column, figure, tableOf } from "./table.ts";

/** One table a scenario: medians over the rounds, in brackets the lowest and the highest. */
export function scenarioTable(result: ScenarioResult): string {
  const rows = result.results.filter(({ rounds }) => rounds.length > 0);
  const answer = rows[0] === undefined ? "" : `, answer of ${figure(rows[0].answerBytes)} bytes`;
  const parts = [
    `### ${result.scenario}`,
    `${result.title}: ${result.connections} connections${answer}.`,
    rows.length > 0 ? tableOf(columnsFor(rows), rows) : "",
    ...rows
      .filter((row) => failuresOf(row) > 0)
      .map((row) => `${row.router}: ${failuresOf(row)} requests failed.`),
    ...result.notRun.map(({ router, reason }) => `Not run: ${router}: ${reason.trim()}`),
  ];
  return parts.filter(Boolean).join("\n\n");
}

export function startTable(results: readonly StartResult[]): string {
  const columns: Column<StartResult>[] = [
    { title: "router", cell: ({ router }) => router },
    { title: "first answer, ms", cell: ({ firstAnswersMs }) => withRange(spreadOf(firstAnswersMs)) },
    { title: "memory then, MB", cell: ({ residentMb }) => figure(residentMb) },
  ];
  const rows = results.filter(({ firstAnswersMs }) => firstAnswersMs.length > 0);
  const parts = [
    "### start",
    "From the start of the process to the first correct answer.",
    rows.length > 0 ? tableOf(columns, rows) : "",
    ...results.flatMap(({ router, failure }) =>
      failure === undefined ? [] : [`Not run: ${router}: ${failure.trim()}`],
    ),
  ];
  return parts.filter(Boolean).join("\n\n");
}

export function medianOf(result: RouterResult, name: keyof Round): number {
  return spreadOf(result.rounds.map((round) => round[name])).median;
}

function columnsFor(rows: readonly RouterResult[]): Column<RouterResult>[] {
  const references = rows.filter(({ router }) => router === "hive" || router === "apollo");
  const spread = (row: RouterResult, name: keyof Round) => spreadOf(row.rounds.map((round) => round[name]));
  return [
    { title: "router", cell: ({ router }) => router },
    { title: "req/s", cell: (row) => withRange(spread(row, "requestsPerSecond")) },
    ...references.map((reference) => ratioColumn(reference, "requestsPerSecond")),
    { title: "p50 ms", cell: (row) => figure(medianOf(row, "p50Ms")) },
    { title: "p99 ms", cell: (row) => figure(medianOf(row, "p99Ms")) },
    { title: "CPU ms/req", cell: (row) => withRange(spread(row, "cpuMsPerRequest")) },
    ...references.map((reference) => ratioColumn(reference, "cpuMsPerRequest")),
    { title: "MB start/after/peak", cell: memoryCell },
    { title: "start ms", cell: ({ firstAnswerMs }) => figure(firstAnswerMs) },
    { title: "fetches", cell: (row) => figure(medianOf(row, "fetchesPerRequest")) },
    { title: "their CPU ms", cell: (row) => figure(medianOf(row, "subgraphCpuMsPerRequest")) },
  ];
}

function ratioColumn(
  reference: RouterResult,
  name: "requestsPerSecond" | "cpuMsPerRequest",
): Column<RouterResult> {
  return {
    title: `÷ ${reference.router}`,
    cell: (row) => figure(medianOf(row, name) / medianOf(reference, name)),
  };
}

function failuresOf({ rounds }: RouterResult): number {
  return rounds.reduce((sum, { failures }) => sum + failures, 0);
}

function memoryCell({ residentBeforeMb, residentAfterMb, residentPeakMb }: RouterResult): string {
  return [residentBeforeMb, residentAfterMb, residentPeakMb].map(figure).join(" / ");
}

function withRange({ median, min, max }: Spread): string {
  return `${figure(median)} (${figure(min)}–${figure(max)})`;
}
