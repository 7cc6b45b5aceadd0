import type { Transaction } from "@mycelium/database";
import { and, eq, isNotNull } from "drizzle-orm";
import type { Context } from "../context.ts";
import type * as tables from "../db/tables.ts";
import { phones } from "../db/tables.ts";

export async function hasOptedOut(context: Context, number: string): Promise<boolean> {
  const found = await context.read((tx) =>
    tx
      .select({ number: phones.number })
      .from(phones)
      .where(and(eq(phones.number, number), isNotNull(phones.optedOutAt))),
  );
  return found.length > 0;
}

export async function optOut(tx: Transaction<typeof tables>, number: string): Promise<void> {
  const optedOutAt = new Date();
  await tx
    .insert(phones)
    .values({ number, optedOutAt })
    .onConflictDoUpdate({ target: [phones.tenantId, phones.number], set: { optedOutAt } });
}

export async function optIn(tx: Transaction<typeof tables>, number: string): Promise<void> {
  await tx.update(phones).set({ optedOutAt: null }).where(eq(phones.number, number));
}
