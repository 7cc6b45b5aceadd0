import type { Transaction } from "@mycelium/database";
import { eq, or, sql } from "drizzle-orm";
import type * as tables from "../db/tables.ts";
import { type GuestRow, guests } from "../db/tables.ts";
import type { ImportedGuest } from "../order/read-toast-order.ts";

type Tx = Transaction<typeof tables>;

/** The same person by the till's id or by e-mail; what the till does not know stays as it is. */
export async function importGuest(tx: Tx, given: ImportedGuest): Promise<string> {
  const known = await findKnown(tx, given);
  if (known) {
    await tx
      .update(guests)
      .set({
        email: given.email ?? known.email,
        phone: given.phone ?? known.phone,
        name: given.name ?? known.name,
        updatedAt: sql`now()`,
      })
      .where(eq(guests.id, known.id));
    return known.id;
  }
  const [made] = await tx
    .insert(guests)
    .values(given)
    // Two orders of a new guest may come in side by side.
    .onConflictDoUpdate({ target: [guests.tenantId, guests.toastId], set: { updatedAt: sql`now()` } })
    .returning({ id: guests.id });
  return made!.id;
}

async function findKnown(tx: Tx, { toastId, email }: ImportedGuest): Promise<GuestRow | undefined> {
  const byToast = eq(guests.toastId, toastId);
  const same = email === null ? byToast : or(byToast, eq(sql`lower(${guests.email})`, email.toLowerCase()));
  const rows = await tx.select().from(guests).where(same);
  return rows.find((row) => row.toastId === toastId) ?? rows[0];
}

const favoritesMax = 3;

/** Counts anew what follows from a guest's orders: right however often and in whatever order they were imported. */
export async function recountGuest(tx: Tx, guestId: string): Promise<void> {
  await tx.execute(sql`
    UPDATE guests SET
      visit_count = counted.visits,
      lifetime_value_cents = counted.spent,
      last_visit = counted.last_visit,
      favorite_items = counted.favorites
    FROM (
      SELECT
        count(*) FILTER (WHERE status <> 'VOIDED')::int AS visits,
        coalesce(sum(total_cents) FILTER (WHERE status = 'PAID'), 0) AS spent,
        max(opened_at) FILTER (WHERE status <> 'VOIDED') AS last_visit,
        ARRAY(
          SELECT i.name FROM order_items i JOIN orders o ON o.id = i.order_id
          WHERE o.guest_id = ${guestId} AND o.status <> 'VOIDED'
          GROUP BY i.name ORDER BY sum(i.quantity) DESC, i.name LIMIT ${favoritesMax}
        ) AS favorites
      FROM orders WHERE guest_id = ${guestId}
    ) counted
    WHERE id = ${guestId}`);
}
