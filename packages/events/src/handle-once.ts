import type { Database, Tables, Transaction } from "@mycelium/database";
import { sql } from "drizzle-orm";
import type { DomainEvent } from "./event.ts";

/**
 * Handles an event in one transaction with the note that it was handled, so that its second coming does nothing.
 * False when it had been handled before. The transaction is of the event's tenant.
 */
export function handleOnce<T extends Tables>(
  database: Database<T>,
  { consumer, event }: { consumer: string; event: DomainEvent },
  work: (tx: Transaction<T>) => Promise<void>,
): Promise<boolean> {
  const { tenantId, userId, correlationId } = event.metadata;
  return database.transact({ tenantId, userId, requestId: correlationId }, async (tx) => {
    const { rowCount } = await tx.execute(
      sql`INSERT INTO inbox (consumer, event_id) VALUES (${consumer}, ${event.id}) ON CONFLICT DO NOTHING`,
    );
    if (!rowCount) return false;
    await work(tx);
    return true;
  });
}
