import { growthScenarios } from "./growth.ts";
import { heavyScenarios } from "./heavy.ts";
import type { Scenario } from "./scenario.ts";
import { shapeScenarios } from "./shapes.ts";
import { workerScenarios } from "./workers.ts";

export const scenarios: readonly Scenario[] = [
  ...heavyScenarios,
  ...shapeScenarios,
  ...growthScenarios,
  ...workerScenarios,
];

/** Starts the routers again and again instead of loading them: see measure/measure-starts.ts. */
export const START_SCENARIO = "start";
