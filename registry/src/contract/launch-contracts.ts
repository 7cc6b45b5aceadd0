import { sql } from "drizzle-orm";
import type { SubgraphSource } from "../../../rover/compose/read-compose-file.ts";
import type { Tx } from "../database.ts";
import { type LaunchRow, type VariantRow, variants } from "../db/tables.ts";
import { lockVariant, recordLaunch } from "../launch/launches.ts";
import { buildContract, type Contract } from "./build-contract.ts";

export type ContractVariant = VariantRow & { contract: Contract };

export async function contractsOf(tx: Tx, source: string): Promise<ContractVariant[]> {
  const rows = await tx
    .select()
    .from(variants)
    .where(sql`${variants.settings} -> 'contract' ->> 'source' = ${source}`)
    .orderBy(variants.name);
  return rows.flatMap((row) => (row.settings.contract ? [{ ...row, contract: row.settings.contract }] : []));
}

/** What follows from a launch that composed: each contract over it is launched too. */
export async function launchContracts(
  tx: Tx,
  source: LaunchRow,
  sources: readonly SubgraphSource[],
): Promise<void> {
  if (source.supergraphHash === null) return;
  for (const { name, contract } of await contractsOf(tx, source.variant)) {
    await launchContract(tx, { name, contract }, { source, sources });
  }
}

export async function launchContract(
  tx: Tx,
  { name, contract }: { name: string; contract: Contract },
  { source, sources }: { source: LaunchRow; sources: readonly SubgraphSource[] },
): Promise<LaunchRow> {
  await lockVariant(tx, name);
  const cause = { variant: name, kind: "CONTRACT" as const, subject: source.variant };
  return recordLaunch(
    tx,
    { ...cause, actor: source.actor, git: source.git },
    { subgraphs: source.subgraphs, build: buildContract(sources, contract) },
  );
}
