import { library } from "../graphs/library.ts";
import { heavyBody, heavyVaryingBody } from "../graphs/library-operations.ts";
import { hiveWhereBuilt } from "../routers/hive.ts";
import { mycelium, myceliumWithCache } from "../routers/mycelium.ts";
import type { Scenario } from "./scenario.ts";

const base = { family: "heavy", graph: () => library, connections: 50, deduplicate: false } as const;

export const heavyScenarios: readonly Scenario[] = [
  { ...base, name: "heavy", title: "Heavy nested query, no de-duplication", bodies: [heavyBody] },
  {
    ...base,
    name: "heavy-dedupe",
    title: "Heavy nested query, equal subgraph requests in flight shared",
    bodies: [heavyBody],
    deduplicate: true,
  },
  {
    ...base,
    name: "heavy-varying",
    title: "Heavy nested query, variables that differ from request to request",
    bodies: [heavyVaryingBody],
    deduplicate: true,
  },
  {
    ...base,
    name: "heavy-cached",
    title: "Heavy nested query, nine of ten entities from the cache",
    // What varies in every tenth request is asked for anew, entity by entity.
    bodies: [...Array.from({ length: 9 }, () => heavyBody), heavyVaryingBody],
    contenders: [mycelium, myceliumWithCache, ...hiveWhereBuilt],
  },
  {
    ...base,
    name: "heavy-500",
    title: "Heavy nested query, many clients at once",
    bodies: [heavyBody],
    connections: 500,
    secondsMin: 10,
  },
];
