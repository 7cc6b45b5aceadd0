import type { Transaction } from "@mycelium/database";
import { emit } from "@mycelium/events";
import { and, eq, inArray } from "drizzle-orm";
import type { Context } from "../context.ts";
import type * as tables from "../db/tables.ts";
import { type EmailStatus, messages, providerEvents } from "../db/tables.ts";
import { type Counted, countEvent } from "../stats/count.ts";

/** What became of an e-mail, whoever tells it. */
export interface ProviderEvent {
  /** The provider's own name for it: told twice, it counts once. */
  id: string;
  kind: EventKind;
  address: string;
  at: Date;
  provider: "sendgrid" | "ses";
  /** Our message, where the provider was told of it. */
  messageId: string | undefined;
  providerId: string | undefined;
  reason: string | undefined;
}

export type EventKind =
  | "sent"
  | "delivered"
  | "opened"
  | "clicked"
  | "bounced"
  | "dropped"
  | "complained"
  | "unsubscribed"
  | "other";

type Tx = Transaction<typeof tables>;

const counted: Partial<Record<EventKind, Counted>> = {
  ...{ delivered: "delivered", opened: "opens", clicked: "clicks" },
  ...{ bounced: "bounces", dropped: "bounces", complained: "complaints" },
};
const statusAfter: Partial<Record<EventKind, EmailStatus>> = {
  ...{ sent: "SENT", delivered: "DELIVERED", bounced: "BOUNCED", dropped: "BOUNCED" },
};
const ends: readonly EventKind[] = ["bounced", "complained", "unsubscribed"];

export async function takeProviderEvents(
  context: Context,
  events: readonly ProviderEvent[],
): Promise<"taken" | "known"> {
  return context.transact(async (tx) => {
    const fresh = await keepFresh(tx, events);
    // Messages before addresses, as when one is sent, and each in order: so no two wait for each other.
    for (const event of sortedBy(fresh, ({ messageId = "" }) => messageId)) await tell(tx, context, event);
    for (const event of sortedBy(fresh, ({ address }) => address)) await count(tx, event);
    return fresh.length > 0 ? "taken" : "known";
  });
}

async function keepFresh(tx: Tx, events: readonly ProviderEvent[]): Promise<ProviderEvent[]> {
  if (events.length === 0) return [];
  const rows = events.map(({ id }) => ({ id }));
  const made = await tx.insert(providerEvents).values(rows).onConflictDoNothing().returning();
  const ids = new Set(made.map(({ id }) => id));
  return events.filter(({ id }) => ids.delete(id));
}

async function tell(tx: Tx, { caller }: Context, event: ProviderEvent): Promise<void> {
  const { messageId: id, kind, at, provider, reason, address } = event;
  if (id === undefined) return;
  const status = statusAfter[kind];
  const providerId = event.providerId ?? id;
  if (status !== undefined) {
    await tx
      .update(messages)
      .set({ status, provider, providerId, sentAt: at, ...(reason && { errorMessage: reason }) })
      .where(and(eq(messages.id, id), inArray(messages.status, ["PENDING", "SENT", "FAILED"])));
  }
  await emit(tx, caller, {
    ...{ type: "email.event", aggregateId: id, aggregateType: "EmailMessage" },
    payload: { messageId: id, kind, address, at: at.toISOString() },
  });
}

function count(tx: Tx, { kind, address, at }: ProviderEvent): Promise<void> {
  return countEvent(tx, { address, at, kind: counted[kind], isEnd: ends.includes(kind) });
}

function sortedBy(
  events: readonly ProviderEvent[],
  keyOf: (event: ProviderEvent) => string,
): ProviderEvent[] {
  return [...events].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}
