import { sql } from "drizzle-orm";
import type { Context } from "../context.ts";
import { loyaltyAccounts, loyaltyLedger } from "../db/tables.ts";

interface Credit {
  orderId: string;
  guestKey: string;
  points: number;
}

/** An order earns once: its row in the ledger and the sum change together, or not at all. */
export function creditOnce(context: Context, { orderId, guestKey, points }: Credit): Promise<void> {
  return context.transact(async (tx) => {
    const made = await tx
      .insert(loyaltyLedger)
      .values({ orderId, guestKey, points })
      .onConflictDoNothing()
      .returning();
    if (made.length === 0) return;
    await tx
      .insert(loyaltyAccounts)
      .values({ guestKey, points })
      .onConflictDoUpdate({
        target: [loyaltyAccounts.tenantId, loyaltyAccounts.guestKey],
        set: { points: sql`${loyaltyAccounts.points} + excluded.points` },
      });
  });
}
