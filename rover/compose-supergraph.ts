// Writes supergraph.graphql as real Rover composes it: npm run compose. With --check it only says whether it is current.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { prepareRover } from "./prepare-rover.ts";

const root = join(import.meta.dir, "..");
export const supergraphPath = join(root, "supergraph.graphql");

/** Throws with Rover's own words where the subgraphs do not compose. */
export async function composeSupergraph(): Promise<string> {
  const { command, environment } = prepareRover({
    home: join(root, ".data/rover"),
    environment: process.env,
  });
  const config = join(root, "rover.config.yaml");
  const rover = Bun.spawn([...command, "supergraph", "compose", "--config", config], {
    ...{ cwd: root, env: environment, stdin: "ignore", stdout: "pipe", stderr: "pipe" },
  });
  const [sdl, words, exitCode] = await Promise.all([
    new Response(rover.stdout).text(),
    new Response(rover.stderr).text(),
    rover.exited,
  ]);
  if (exitCode !== 0) throw new Error(words.trim());
  return `${sdl.trim()}\n`;
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
