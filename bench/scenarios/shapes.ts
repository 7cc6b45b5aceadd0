import { library } from "../graphs/library.ts";
import { coldBody, passThroughBody, smallBodies } from "../graphs/library-operations.ts";
import { parcelListBody, parcels } from "../graphs/parcels.ts";
import type { Scenario } from "./scenario.ts";

const base = { family: "shapes", graph: () => library, connections: 50, deduplicate: false } as const;

export const shapeScenarios: readonly Scenario[] = [
  { ...base, name: "pass-through", title: "One small fetch, passed through", bodies: [passThroughBody] },
  {
    ...base,
    name: "list-1mb",
    title: "A 1 MB list from one subgraph",
    graph: () => parcels,
    bodies: [parcelListBody(1_000_000)],
    secondsMin: 10,
  },
  {
    ...base,
    name: "small-many",
    title: `${smallBodies.length} small operations in turn, plans cached`,
    bodies: smallBodies,
  },
  {
    ...base,
    name: "cold-plans",
    title: "Each operation new: parse, validate and plan every time",
    bodies: [coldBody],
  },
];
