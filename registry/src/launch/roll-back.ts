import { RegistryError } from "../caller.ts";
import type { Tx } from "../database.ts";
import type { LaunchRow } from "../db/tables.ts";
import { findLaunch, launchBefore, lockVariant, servedLaunch, serveLaunch } from "./launches.ts";

/** Goes back to a launch that composed, the one before what is served where none is named. It is a launch itself. */
export async function rollBack(
  tx: Tx,
  { variant, to, actor }: { variant: string; to?: number | undefined; actor: string },
): Promise<LaunchRow> {
  await lockVariant(tx, variant);
  const served = await servedLaunch(tx, variant);
  const target = to === undefined ? served && (await launchBefore(tx, served)) : await findLaunch(tx, to);
  if (!target || target.variant !== variant) {
    throw new RegistryError("NOT_FOUND", `${variant} has no launch ${to ?? "to go back to"}`);
  }
  if (target.apiHash === null) throw new RegistryError("BAD_INPUT", `Launch ${target.id} did not compose`);
  const { subgraphs, supergraphHash, apiHash } = target;
  const cause = { variant, kind: "ROLLBACK" as const, subject: String(target.id), actor };
  return serveLaunch(tx, { ...cause, subgraphs, supergraphHash, apiHash });
}
