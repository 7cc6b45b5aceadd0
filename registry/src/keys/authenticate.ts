import { and, eq, isNull } from "drizzle-orm";
import type { Caller } from "../caller.ts";
import type { RegistryDatabase } from "../database.ts";
import { keys } from "../db/tables.ts";
import { graphOf, hashKey } from "./key.ts";

/** Whose key it is. Undefined for one that is none, of no graph, or was taken back. */
export async function authenticate(
  database: RegistryDatabase,
  key: string | undefined,
): Promise<Caller | undefined> {
  const graphId = graphOf(key ?? "");
  if (key === undefined || graphId === undefined) return undefined;
  const [found] = await database.read({ tenantId: graphId }, (tx) =>
    tx
      .select({ name: keys.name, role: keys.role })
      .from(keys)
      .where(and(eq(keys.hash, hashKey(key)), isNull(keys.revokedAt))),
  );
  return found && { graphId, keyName: found.name, role: found.role };
}
