// Writes supergraph.graphql as real Rover composes it: npm run compose. With --check it only says whether it is current.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runRover } from "./run-rover.ts";

const root = join(import.meta.dir, "..");
export const supergraphPath = join(root, "supergraph.graphql");

/** Throws with Rover's own words where the subgraphs do not compose. */
export async function composeSupergraph(): Promise<string> {
  const config = join(root, "rover.config.yaml");
  const { stdout, stderr, exitCode } = await runRover(["supergraph", "compose", "--config", config], {
    ...{ cwd: root, home: join(root, ".data/rover"), environment: process.env },
  });
  if (exitCode !== 0) throw new Error(stderr.trim());
  return `${stdout.trim()}\n`;
}

export function committedSupergraph(): string {
  return existsSync(supergraphPath) ? readFileSync(supergraphPath, "utf8") : "";
}

if (import.meta.main) {
  const sdl = await composeSupergraph();
  const isCurrent = sdl === committedSupergraph();
  if (process.argv.includes("--check")) {
    if (!isCurrent) console.error("supergraph.graphql is not what its subgraphs compose to: npm run compose");
    process.exit(isCurrent ? 0 : 1);
  }
  if (!isCurrent) writeFileSync(supergraphPath, sdl);
  console.log(isCurrent ? "supergraph.graphql is current" : "wrote supergraph.graphql");
}
