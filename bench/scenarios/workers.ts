import { library } from "../graphs/library.ts";
import { heavyBody, heavyVaryingBody, passThroughBody } from "../graphs/library-operations.ts";
import { hiveWhereBuilt } from "../routers/hive.ts";
import { myceliumWithWorkers } from "../routers/mycelium.ts";
import type { Scenario } from "./scenario.ts";

const base = {
  family: "workers",
  graph: () => library,
  connections: 50,
  deduplicate: false,
  contenders: [myceliumWithWorkers(1), myceliumWithWorkers(2), ...hiveWhereBuilt],
} as const;

export const workerScenarios: readonly Scenario[] = [
  { ...base, name: "workers-heavy", title: "Heavy nested query, one and two workers", bodies: [heavyBody] },
  {
    ...base,
    name: "workers-heavy-varying",
    title: "Heavy nested query, variables that differ, one and two workers",
    bodies: [heavyVaryingBody],
    deduplicate: true,
  },
  {
    ...base,
    name: "workers-pass-through",
    title: "One small fetch, one and two workers",
    bodies: [passThroughBody],
  },
];
