import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SubgraphSource } from "./world/subgraph-definition.ts";
import type { GraphQLRequest } from "./world/subgraph-server.ts";

const FOLDER = join(import.meta.dir, "found");

/** A difference that was found once, small enough to read, replayed by `found.test.ts` forever. */
export interface FoundCase {
  supergraph: string;
  /** Why the router still answers wrongly. Taken out with the repair: then the case must pass. */
  open?: string;
  seed: number;
  subgraphs: readonly SubgraphSource[];
  request: GraphQLRequest;
  expected: unknown;
  actual: unknown;
}

export function saveFoundCase(found: FoundCase): string {
  mkdirSync(FOLDER, { recursive: true });
  const path = join(FOLDER, `${found.supergraph}-${found.seed.toString(36)}.json`);
  writeFileSync(path, `${JSON.stringify(found, null, 2)}\n`);
  return path;
}

export function readFoundCases(): { name: string; found: FoundCase }[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => ({ name, found: JSON.parse(readFileSync(join(FOLDER, name), "utf8")) as FoundCase }));
}
