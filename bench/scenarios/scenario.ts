import type { BenchGraph } from "../graphs/graph.ts";
import type { Contender } from "../routers/contender.ts";

export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly family: "heavy" | "shapes" | "answer-size" | "entities" | "types" | "workers";
  readonly graph: () => BenchGraph;
  /** Sent in turn. Each request gets a nonce of its own where a body holds one. */
  readonly bodies: readonly string[];
  readonly connections: number;
  readonly deduplicate: boolean;
  /** In place of those named on the command line. */
  readonly contenders?: readonly Contender[];
  /** For scenarios whose point is the shape of a curve, not the last percent. */
  readonly roundsMax?: number;
  /** Where a short round would end with a large share of its requests under way. */
  readonly secondsMin?: number;
}
