import type { Tables, Transaction } from "@mycelium/database";
import { sql } from "drizzle-orm";
import { eventBytesMax } from "../bus.ts";
import { EventError } from "../errors.ts";
import { type DomainEvent, type EventSource, makeEvent, type NewEvent } from "../event.ts";

/** Tells the relay that there is something; it would find it by itself within its poll. */
export const outboxChannel = "mycelium_outbox";

/** Writes an event in the transaction of what it tells: both are there, or neither. */
export async function emit<T extends Tables, Payload>(
  tx: Transaction<T>,
  source: EventSource,
  event: NewEvent<Payload>,
): Promise<DomainEvent<Payload>> {
  const made = makeEvent(source, event);
  const text = JSON.stringify(made);
  if (text.length > eventBytesMax)
    throw new EventError("EVENT_TOO_LARGE", `${event.type}, ${text.length} bytes`);
  await tx.execute(
    sql`WITH written AS (INSERT INTO outbox (event) VALUES (${text}::jsonb)) SELECT pg_notify(${outboxChannel}, '')`,
  );
  return made;
}
