import { and, desc, eq, isNotNull, sql } from "drizzle-orm";
import type { SubgraphSource } from "../../../rover/compose/read-compose-file.ts";
import { RegistryError } from "../caller.ts";
import type { Tx } from "../database.ts";
import {
  type GitContext,
  type LaunchedSubgraph,
  type LaunchKind,
  type LaunchRow,
  launches,
  type VariantRow,
  variants,
} from "../db/tables.ts";
import type { Build } from "./build.ts";
import { readDocuments, storeDocument } from "./documents.ts";

export interface LaunchCause {
  variant: string;
  kind: LaunchKind;
  subject: string | null;
  actor: string;
  git: GitContext;
}

/** One at a time for each variant: what is published at once is launched one after the other, and none is lost. */
export async function lockVariant(tx: Tx, variant: string): Promise<VariantRow> {
  await tx.execute(
    sql`SELECT pg_advisory_xact_lock(hashtextextended('registry ' || mycelium.tenant_id() || ' ' || ${variant}, 0))`,
  );
  if (!/^[a-zA-Z0-9_.:/-]{1,64}$/.test(variant)) {
    throw new RegistryError("BAD_INPUT", `${variant} cannot be the name of a variant`);
  }
  await tx.insert(variants).values({ name: variant }).onConflictDoNothing();
  return (await findVariant(tx, variant))!;
}

export async function findVariant(tx: Tx, variant: string): Promise<VariantRow | undefined> {
  const [found] = await tx.select().from(variants).where(eq(variants.name, variant));
  return found;
}

export async function requireVariant(tx: Tx, variant: string): Promise<VariantRow> {
  const found = await findVariant(tx, variant);
  if (!found) throw new RegistryError("NOT_FOUND", `There is no variant ${variant}`);
  return found;
}

/** The newest first. */
export function listLaunches(tx: Tx, variant: string, limit: number): Promise<LaunchRow[]> {
  return tx
    .select()
    .from(launches)
    .where(eq(launches.variant, variant))
    .orderBy(desc(launches.id))
    .limit(limit);
}

export async function latestLaunch(tx: Tx, variant: string): Promise<LaunchRow | undefined> {
  const [found] = await listLaunches(tx, variant, 1);
  return found;
}

export async function findLaunch(tx: Tx, id: number | null): Promise<LaunchRow | undefined> {
  if (id === null) return undefined;
  const [found] = await tx.select().from(launches).where(eq(launches.id, id));
  return found;
}

export async function servedLaunch(tx: Tx, variant: string): Promise<LaunchRow | undefined> {
  return findLaunch(tx, (await findVariant(tx, variant))?.servedLaunch ?? null);
}

/** The newest before this one that composed: what it went out over. */
export async function launchBefore(tx: Tx, { id, variant }: LaunchRow): Promise<LaunchRow | undefined> {
  const [found] = await tx
    .select()
    .from(launches)
    .where(and(eq(launches.variant, variant), isNotNull(launches.apiHash), sql`${launches.id} < ${id}`))
    .orderBy(desc(launches.id))
    .limit(1);
  return found;
}

export async function readSources(tx: Tx, subgraphs: readonly LaunchedSubgraph[]): Promise<SubgraphSource[]> {
  const bodies = await readDocuments(
    tx,
    subgraphs.map(({ hash }) => hash),
  );
  return subgraphs.map(({ name, url, hash }) => ({ name, url: url ?? "", sdl: bodies.get(hash) ?? "" }));
}

/** Writes down what was built. Only what composed is served from now on. */
export async function recordLaunch(
  tx: Tx,
  cause: LaunchCause,
  { subgraphs, build }: { subgraphs: readonly LaunchedSubgraph[] | null; build: Build },
): Promise<LaunchRow> {
  const kept = subgraphs && [...subgraphs];
  if ("errors" in build) return insertLaunch(tx, { ...cause, subgraphs: kept, errors: build.errors });
  return serveLaunch(tx, {
    ...{ ...cause, subgraphs: kept },
    supergraphHash: subgraphs && (await storeDocument(tx, build.supergraph)),
    apiHash: await storeDocument(tx, build.api),
  });
}

type NewLaunch = typeof launches.$inferInsert;

/** Of what has composed, now or before. */
export async function serveLaunch(tx: Tx, launch: NewLaunch): Promise<LaunchRow> {
  const row = await insertLaunch(tx, launch);
  await tx.update(variants).set({ servedLaunch: row.id }).where(eq(variants.name, row.variant));
  return row;
}

async function insertLaunch(tx: Tx, launch: NewLaunch): Promise<LaunchRow> {
  const [row] = await tx.insert(launches).values(launch).returning();
  return row!;
}
