import type { RouterResult, ScenarioResult, StartResult } from "../measure/results.ts";
import { spreadOf } from "../measure/statistics.ts";
import { medianOf } from "./scenario-table.ts";
import { figure, tableOf } from "./table.ts";

interface Goal {
  readonly what: string;
  readonly wanted: string;
  readonly measured: number;
  readonly met: boolean;
}

interface LoadGoals {
  /** Which of our contenders: the one process by default. */
  readonly ours?: string;
  readonly requestsOverHiveMin: number;
  readonly requestsOverApolloMin?: number;
  readonly cpuOverHiveMax?: number;
}

const FIRST_ANSWER_MS_MAX = 400;

const loadGoals: Readonly<Record<string, LoadGoals>> = {
  heavy: { requestsOverHiveMin: 1, requestsOverApolloMin: 5, cpuOverHiveMax: 1 },
  "heavy-varying": { requestsOverHiveMin: 1, requestsOverApolloMin: 5, cpuOverHiveMax: 1 },
  // Hive Router runs two threads on the bench's two cores: two processes are its equal.
  "workers-heavy-varying": { ours: "mycelium ×2", requestsOverHiveMin: 1, cpuOverHiveMax: 1 },
  "heavy-dedupe": { requestsOverHiveMin: 0.8, requestsOverApolloMin: 6 },
};

/** What this router set out to reach, against what was measured. Empty where a side of a comparison is missing. */
export function goalsTable(results: readonly ScenarioResult[], starts: readonly StartResult[]): string {
  const goals = [...results.flatMap(goalsOfScenario), ...startGoals(starts)];
  if (goals.length === 0) return "";
  const columns = [
    { title: "goal", cell: ({ what }: Goal) => what },
    { title: "wanted", cell: ({ wanted }: Goal) => wanted },
    { title: "measured", cell: ({ measured }: Goal) => figure(measured) },
    { title: "", cell: ({ met }: Goal) => (met ? "met" : "missed") },
  ];
  return `## Goals\n\n${tableOf(columns, goals)}`;
}

function goalsOfScenario(result: ScenarioResult): Goal[] {
  const goals = loadGoals[result.scenario];
  const ours = routerNamed(result, goals?.ours ?? "mycelium");
  const hive = routerNamed(result, "hive");
  const apollo = routerNamed(result, "apollo");
  if (ours === undefined) return [];
  return [
    ...(hive && goals ? goalsAgainstHive({ result, ours, hive, goals }) : []),
    ...(apollo && goals?.requestsOverApolloMin !== undefined
      ? [
          atLeast(goals.requestsOverApolloMin, {
            what: `${result.scenario}: requests/s ÷ apollo`,
            measured: medianOf(ours, "requestsPerSecond") / medianOf(apollo, "requestsPerSecond"),
          }),
        ]
      : []),
    ...(apollo
      ? [
          atMost(1, {
            what: `${result.scenario}: peak memory ÷ apollo`,
            measured: ours.residentPeakMb / apollo.residentPeakMb,
          }),
        ]
      : []),
  ];
}

function goalsAgainstHive(options: {
  readonly result: ScenarioResult;
  readonly ours: RouterResult;
  readonly hive: RouterResult;
  readonly goals: LoadGoals;
}): Goal[] {
  const { result, ours, hive, goals } = options;
  const requests = atLeast(goals.requestsOverHiveMin, {
    what: `${result.scenario}: requests/s ÷ hive`,
    measured: medianOf(ours, "requestsPerSecond") / medianOf(hive, "requestsPerSecond"),
  });
  if (goals.cpuOverHiveMax === undefined) return [requests];
  const cpu = atMost(goals.cpuOverHiveMax, {
    what: `${result.scenario}: CPU a request ÷ hive`,
    measured: medianOf(ours, "cpuMsPerRequest") / medianOf(hive, "cpuMsPerRequest"),
  });
  return [requests, cpu];
}

function startGoals(starts: readonly StartResult[]): Goal[] {
  const ours = starts.find(({ router }) => router === "mycelium");
  if (ours === undefined || ours.firstAnswersMs.length === 0) return [];
  const measured = spreadOf(ours.firstAnswersMs).median;
  return [atMost(FIRST_ANSWER_MS_MAX, { what: "start to first answer, ms", measured })];
}

function routerNamed(result: ScenarioResult, name: string): RouterResult | undefined {
  return result.results.find(({ router, rounds }) => router === name && rounds.length > 0);
}

function atLeast(bound: number, { what, measured }: Pick<Goal, "what" | "measured">): Goal {
  return { what, wanted: `≥ ${bound}`, measured, met: measured >= bound };
}

function atMost(bound: number, { what, measured }: Pick<Goal, "what" | "measured">): Goal {
  return { what, wanted: `≤ ${bound}`, measured, met: measured <= bound };
}
