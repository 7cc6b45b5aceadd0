import { parcelDetailsBody, parcelListBody, parcels } from "../graphs/parcels.ts";
import { wideBody, wideGraph } from "../graphs/wide.ts";
import type { Scenario } from "./scenario.ts";

const ROUNDS_MAX = 3;

/** Fewer connections for larger answers, so that the machine's memory is not what is measured. */
const answerSizes = [
  { label: "1kb", bytes: 1_000, connections: 50 },
  { label: "10kb", bytes: 10_000, connections: 50 },
  { label: "100kb", bytes: 100_000, connections: 50 },
  { label: "1mb", bytes: 1_000_000, connections: 20 },
  { label: "10mb", bytes: 10_000_000, connections: 4, secondsMin: 10 },
];

const entityCounts = [
  { count: 10, connections: 50 },
  { count: 100, connections: 50 },
  { count: 1_000, connections: 20 },
  { count: 10_000, connections: 4, secondsMin: 10 },
];

const typeCounts = [10, 100, 1_000];

export const growthScenarios: readonly Scenario[] = [
  ...answerSizes.map(
    ({ label, bytes, ...load }): Scenario => ({
      name: `answer-${label}`,
      title: `A list of ${bytes.toLocaleString("en")} bytes from one subgraph`,
      family: "answer-size",
      graph: () => parcels,
      bodies: [parcelListBody(bytes)],
      ...load,
      deduplicate: false,
      roundsMax: ROUNDS_MAX,
    }),
  ),
  ...entityCounts.map(
    ({ count, ...load }): Scenario => ({
      name: `entities-${count}`,
      title: `${count.toLocaleString("en")} entities completed by a second subgraph`,
      family: "entities",
      graph: () => parcels,
      bodies: [parcelDetailsBody(count)],
      ...load,
      deduplicate: false,
      roundsMax: ROUNDS_MAX,
    }),
  ),
  ...typeCounts.map(
    (types): Scenario => ({
      name: `types-${types}`,
      title: `Supergraph of ${types.toLocaleString("en")} types, a new operation each time`,
      family: "types",
      graph: () => wideGraph(types),
      bodies: [wideBody],
      connections: 10,
      deduplicate: false,
      roundsMax: ROUNDS_MAX,
    }),
  ),
];
