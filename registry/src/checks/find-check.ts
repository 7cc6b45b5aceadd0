import { eq } from "drizzle-orm";
import type { Tx } from "../database.ts";
import { type CheckRow, checks } from "../db/tables.ts";

export async function findCheck(tx: Tx, id: string): Promise<CheckRow | undefined> {
  if (!/^[0-9a-f-]{36}$/.test(id)) return undefined;
  const [row] = await tx.select().from(checks).where(eq(checks.id, id));
  return row;
}
