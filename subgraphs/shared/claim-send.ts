import type { Tables, Transaction } from "@mycelium/database";
import { and, eq, isNull, lt, or, sql } from "drizzle-orm";
import type { PgColumn, PgInsertValue, PgTable } from "drizzle-orm/pg-core";

/** What a table of things to send has. */
type SendTable = PgTable & {
  messageId: PgColumn;
  providerId: PgColumn;
  sendingUntil: PgColumn;
  id: PgColumn;
};

/**
 * Whose it is to send: "new" and "again" are ours (again: somebody died or failed while sending it, so it may have been
 * sent), "done" was sent, "busy" is being sent by another.
 */
export interface Claim<Row> {
  state: "new" | "again" | "done" | "busy";
  row: Row;
}

/** Longer than any provider is waited for: SEND_LEASE_MS. */
export const sendLeaseMsDefault = 30_000;

export interface ClaimOptions {
  messageId: string | null | undefined;
  leaseMs: number;
}

export async function claimSend<T extends Tables, Table extends SendTable>(
  tx: Transaction<T>,
  table: Table,
  { messageId, leaseMs }: ClaimOptions,
  values: Omit<PgInsertValue<Table>, "messageId" | "sendingUntil">,
): Promise<Claim<Table["$inferSelect"]>> {
  const sendingUntil = sql`now() + make_interval(secs => ${leaseMs / 1_000})`;
  const [made] = (await tx
    .insert(table as PgTable)
    .values({ ...values, messageId: messageId ?? null, sendingUntil } as never)
    .onConflictDoNothing()
    .returning()) as Table["$inferSelect"][];
  if (made) return { state: "new", row: made };
  const isThis = eq(table.messageId, messageId);
  const [ours] = (await tx
    .update(table as PgTable)
    .set({ sendingUntil } as never)
    .where(
      and(
        isThis,
        isNull(table.providerId),
        or(isNull(table.sendingUntil), lt(table.sendingUntil, sql`now()`)),
      ),
    )
    .returning()) as Table["$inferSelect"][];
  if (ours) return { state: "again", row: ours };
  const [row] = (await tx
    .select()
    .from(table as PgTable)
    .where(isThis)) as Table["$inferSelect"][];
  if (!row) throw new Error("a message is neither new nor there");
  return { state: row.providerId === null ? "busy" : "done", row };
}
