import { sql } from "drizzle-orm";
import type { Context } from "../context.ts";
import { syncState } from "../db/tables.ts";
import { importOrder } from "../order/import.ts";
import { toastCaller } from "../toast/toast-caller.ts";

/** Toast may list a change a little after it happened. */
const overlapMs = 5 * 60_000;
const firstReachMs = 30 * 24 * 3_600_000;

/** Reads every order that changed since the last time. A page that is imported stays so, whatever happens to the next. */
export async function syncOrders(context: Context, now = new Date()): Promise<number> {
  const caller = await toastCaller(context);
  const [state] = await context.read((tx) => tx.select().from(syncState));
  const from = new Date(state ? state.syncedUntil.getTime() - overlapMs : now.getTime() - firstReachMs);
  let count = 0;
  for await (const page of context.services.toast.ordersChanged(caller, from, now)) {
    for (const order of page) await context.transact((tx) => importOrder(tx, context.caller, order));
    count += page.length;
  }
  const { tenantId } = context.caller;
  await context.transact((tx) =>
    tx
      .insert(syncState)
      .values({ tenantId, syncedUntil: now })
      .onConflictDoUpdate({
        target: syncState.tenantId,
        set: { syncedUntil: sql`greatest(${syncState.syncedUntil}, ${now.toISOString()}::timestamptz)` },
      }),
  );
  return count;
}
