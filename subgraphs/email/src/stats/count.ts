import type { Transaction } from "@mycelium/database";
import { sql } from "drizzle-orm";
import type * as tables from "../db/tables.ts";
import { addresses } from "../db/tables.ts";

type Tx = Transaction<typeof tables>;
export type Counted = "delivered" | "opens" | "clicks" | "bounces" | "complaints";

export async function countSent(tx: Tx, recipients: readonly string[]): Promise<void> {
  await tx
    .insert(addresses)
    .values(inOrder(recipients).map((address) => ({ address, sent: 1 })))
    .onConflictDoUpdate({
      target: [addresses.tenantId, addresses.address],
      set: { sent: sql`${addresses.sent} + 1` },
    });
}

/** Who complains or cannot be reached gets no more campaigns. */
export async function countEvent(
  tx: Tx,
  { address, kind, at, isEnd }: { address: string; kind: Counted | undefined; at: Date; isEnd: boolean },
): Promise<void> {
  const optedOutAt = isEnd ? at : null;
  await tx
    .insert(addresses)
    .values({ address, lastEventAt: at, optedOutAt, ...(kind && { [kind]: 1 }) })
    .onConflictDoUpdate({
      target: [addresses.tenantId, addresses.address],
      set: {
        lastEventAt: sql`greatest(${addresses.lastEventAt}, excluded.last_event_at)`,
        optedOutAt: sql`coalesce(${addresses.optedOutAt}, excluded.opted_out_at)`,
        ...(kind && { [kind]: sql`${addresses[kind]} + 1` }),
      },
    });
}

/** Two mails to the same people lock their rows in the same order. */
function inOrder(recipients: readonly string[]): string[] {
  return [...new Set(recipients)].sort();
}
