import { expect, test } from "bun:test";
import type { Round, RouterResult, ScenarioResult } from "../measure/results.ts";
import { goalsTable } from "./goals.ts";
import { overviewTable } from "./overview.ts";
import { scenarioTable } from "./scenario-table.ts";
import { figure } from "./table.ts";

function round(requestsPerSecond: number, cpuMsPerRequest: number): Round {
  return {
    requestsPerSecond,
    cpuMsPerRequest,
    p50Ms: 1,
    p99Ms: 2,
    subgraphCpuMsPerRequest: 0.1,
    fetchesPerRequest: 7,
    requests: 100,
    failures: 0,
  };
}

function router(name: string, rounds: readonly Round[]): RouterResult {
  const memory = { residentBeforeMb: 50, residentAfterMb: 60, residentPeakMb: name === "apollo" ? 100 : 90 };
  return { router: name, version: "1", firstAnswerMs: 100, answerBytes: 1000, ...memory, rounds };
}

const heavy: ScenarioResult = {
  scenario: "heavy",
  title: "Heavy",
  connections: 50,
  results: [
    router("mycelium", [round(2000, 0.3), round(2200, 0.2), round(1800, 0.4)]),
    router("hive", [round(1900, 0.4)]),
    router("apollo", [round(500, 4)]),
  ],
  notRun: [{ router: "other", reason: "not there" }],
};

test("a scenario's table shows medians, their range, ratios and what did not run", () => {
  const line = scenarioTable(heavy)
    .split("\n")
    .find((text) => text.startsWith("| mycelium"));
  expect(line).toContain("2,000 (1,800–2,200) |   1.05 |     4.00 |");
  expect(line).toContain("0.30 (0.20–0.40)");
  expect(scenarioTable(heavy)).toContain("Not run: other: not there");
});

test("goals compare medians with the bounds that were set", () => {
  const lines = goalsTable([heavy], []).split("\n");
  const verdicts = Object.fromEntries(
    lines.map((line) => line.split("|").map((cell) => cell.trim())).map((cells) => [cells[1], cells[4]]),
  );
  expect(verdicts).toMatchObject({
    "heavy: requests/s ÷ hive": "met",
    "heavy: CPU a request ÷ hive": "met",
    "heavy: requests/s ÷ apollo": "missed",
    "heavy: peak memory ÷ apollo": "met",
  });
});

test("the overview leaves a cell empty for a router that did not run a scenario", () => {
  const alone: ScenarioResult = {
    ...heavy,
    scenario: "alone",
    results: [router("mycelium", [round(10, 1)])],
  };
  const line = overviewTable([heavy, alone]).split("\n").at(-1);
  expect(
    line
      ?.split("|")
      .slice(1, 5)
      .map((cell) => cell.trim()),
  ).toEqual(["alone", "10.0", "", ""]);
});

test("figures carry three digits", () => {
  expect([12345, 123.4, 12.34, 1.234].map(figure)).toEqual(["12,345", "123", "12.3", "1.23"]);
});
