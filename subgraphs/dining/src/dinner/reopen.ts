import { and, eq } from "drizzle-orm";
import type { Context } from "../context.ts";
import { type DinnerRow, dinners, notifications } from "../db/tables.ts";

type Tx = Parameters<Parameters<Context["transact"]>[0]>[0];

/** Where a receipt failed, the dinner goes on from there; all before it is done and stays so. */
export async function reopenReceipts(tx: Tx, dinner: DinnerRow): Promise<DinnerRow> {
  const failed = await tx
    .delete(notifications)
    .where(and(eq(notifications.dinnerId, dinner.id), eq(notifications.status, "FAILED")))
    .returning();
  if (failed.length === 0) return dinner;
  const [again] = await tx
    .update(dinners)
    .set({ state: "RUNNING", finishedAt: null })
    .where(eq(dinners.id, dinner.id))
    .returning();
  return again ?? dinner;
}
