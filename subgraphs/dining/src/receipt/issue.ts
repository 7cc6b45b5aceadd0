import { randomBytes } from "node:crypto";
import { eq } from "drizzle-orm";
import type { Context } from "../context.ts";
import { type DinnerRow, receipts } from "../db/tables.ts";
import { required } from "../dinner/note.ts";
import { tenantName } from "../dinner/peers.ts";

const lifeMs = 30 * 24 * 3_600_000;

/** A link that nobody can guess and that ends after thirty days. A dinner has one, however often it is asked for. */
export async function issueReceipt(context: Context, dinner: DinnerRow) {
  const { guest: _guest, toastGuid: _guid, ...order } = required(dinner.closed, "an order");
  const { id, amount, currency } = required(dinner.payment, "a payment");
  const restaurant = { name: await tenantName(context) };
  const [row] = await context.transact(async (tx) => {
    await tx
      .insert(receipts)
      .values({
        dinnerId: dinner.id,
        token: randomBytes(24).toString("base64url"),
        content: { restaurant, order, payment: { id, amount, currency } },
        expiresAt: new Date(Date.now() + lifeMs),
      })
      .onConflictDoNothing();
    return tx.select().from(receipts).where(eq(receipts.dinnerId, dinner.id));
  });
  const { token } = required(row ?? null, "a receipt");
  const url = `${context.services.receiptUrl}/${id}/${context.caller.tenantId}/${token}`;
  return { url, restaurant: row?.content.restaurant ?? restaurant };
}
