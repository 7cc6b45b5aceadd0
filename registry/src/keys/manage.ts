import { and, eq, isNull } from "drizzle-orm";
import type { RegistryDatabase } from "../database.ts";
import { graphs, keys, type Role } from "../db/tables.ts";
import { hashKey, makeKey } from "./key.ts";

/** The graph is made with its first key. The key is told once and kept as a hash. */
export async function createKey(
  database: RegistryDatabase,
  { graphId, name, role }: { graphId: string; name: string; role: Role },
): Promise<string> {
  const key = makeKey(graphId);
  await database.transact({ tenantId: graphId }, async (tx) => {
    await tx.insert(graphs).values({ id: graphId, title: graphId }).onConflictDoNothing();
    await tx.insert(keys).values({ name, role, hash: hashKey(key) });
  });
  return key;
}

/** How many had this name. */
export async function revokeKeys(
  database: RegistryDatabase,
  { graphId, name }: { graphId: string; name: string },
): Promise<number> {
  const revoked = await database.transact({ tenantId: graphId }, (tx) =>
    tx
      .update(keys)
      .set({ revokedAt: new Date() })
      .where(and(eq(keys.name, name), isNull(keys.revokedAt)))
      .returning(),
  );
  return revoked.length;
}

export async function countKeys(database: RegistryDatabase, graphId: string): Promise<number> {
  return database.read({ tenantId: graphId }, (tx) => tx.$count(keys));
}
