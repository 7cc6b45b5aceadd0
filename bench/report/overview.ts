import type { RouterResult, ScenarioResult } from "../measure/results.ts";
import { medianOf } from "./scenario-table.ts";
import { type Column, figure, tableOf } from "./table.ts";

/** All scenarios in one table: growth is read down a column. */
export function overviewTable(results: readonly ScenarioResult[]): string {
  const routers = [...new Set(results.flatMap((result) => result.results.map(({ router }) => router)))];
  const columns: Column<ScenarioResult>[] = [
    { title: "scenario", cell: ({ scenario }) => scenario },
    ...routers.map((router) => columnOf(router, "req/s", (row) => medianOf(row, "requestsPerSecond"))),
    ...routers.map((router) => columnOf(router, "CPU ms", (row) => medianOf(row, "cpuMsPerRequest"))),
    ...routers.map((router) => columnOf(router, "p99 ms", (row) => medianOf(row, "p99Ms"))),
    ...routers.map((router) => columnOf(router, "peak MB", (row) => row.residentPeakMb)),
  ];
  return `## Overview\n\n${tableOf(columns, results)}`;
}

function columnOf(
  router: string,
  unit: string,
  value: (row: RouterResult) => number,
): Column<ScenarioResult> {
  return {
    title: `${router} ${unit}`,
    cell: ({ results }) => {
      const row = results.find((result) => result.router === router);
      return row === undefined ? "" : figure(value(row));
    },
  };
}
