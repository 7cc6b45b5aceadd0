import { RegistryError } from "../caller.ts";
import { launchContracts } from "../contract/launch-contracts.ts";
import type { Tx } from "../database.ts";
import type { LaunchError } from "../db/tables.ts";
import { buildSupergraph } from "./build.ts";
import { type LaunchCause, latestLaunch, lockVariant, readSources, recordLaunch } from "./launches.ts";

/** Answers what would not compose without it. A dry run changes nothing. */
export async function deleteSubgraph(
  tx: Tx,
  cause: Omit<LaunchCause, "kind" | "subject">,
  { name, isDryRun }: { name: string; isDryRun: boolean },
): Promise<{ errors: LaunchError[]; isServed: boolean }> {
  await lockVariant(tx, cause.variant);
  const before = (await latestLaunch(tx, cause.variant))?.subgraphs ?? [];
  const subgraphs = before.filter((subgraph) => subgraph.name !== name);
  if (subgraphs.length === before.length) {
    throw new RegistryError("NOT_FOUND", `${cause.variant} has no subgraph ${name}`);
  }
  const sources = await readSources(tx, subgraphs);
  const build = buildSupergraph(sources);
  const errors = "errors" in build ? build.errors : [];
  if (isDryRun) return { errors, isServed: false };
  const launch = await recordLaunch(tx, { ...cause, kind: "DELETE", subject: name }, { subgraphs, build });
  await launchContracts(tx, launch, sources);
  return { errors, isServed: errors.length === 0 };
}
