import { defineLoader, groupedBy } from "@mycelium/subgraph-kit";
import { asc, eq, inArray } from "drizzle-orm";
import type { Context } from "../context.ts";
import { type DinnerRow, dinners, type NotificationRow, notifications } from "../db/tables.ts";

export async function findDinner(context: Context, orderId: string): Promise<DinnerRow | null> {
  const [row] = await context.read((tx) => tx.select().from(dinners).where(eq(dinners.orderId, orderId)));
  return row ?? null;
}

export const notificationsOfDinner = defineLoader(async (ids: readonly string[], context: Context) => {
  const rows = await context.read((tx) =>
    tx
      .select()
      .from(notifications)
      .where(inArray(notifications.dinnerId, [...ids]))
      .orderBy(asc(notifications.type)),
  );
  return groupedBy(ids, rows, (row) => row.dinnerId);
});

/** As they are now: while a dinner runs they change. */
export function findNotifications(context: Context, dinnerId: string): Promise<NotificationRow[]> {
  notificationsOfDinner.forget(context, dinnerId);
  return notificationsOfDinner.load(context, dinnerId);
}

const receiptNames = { EMAIL: "Email", SMS: "SMS" } as const;

/** What the caller is told went wrong, the worst first. */
export async function errorsOf(context: Context, dinner: DinnerRow): Promise<string[]> {
  const sent = await notificationsOfDinner.load(context, dinner.id);
  const receipts = sent.flatMap(({ type, error }) =>
    error === null ? [] : [`${receiptNames[type]} receipt failed: ${error}`],
  );
  return dinner.error === null ? receipts : [dinner.error, ...receipts];
}
