import type { Transaction } from "@mycelium/database";
import { emit } from "@mycelium/events";
import { EventWebhook } from "@sendgrid/eventwebhook";
import { and, eq, inArray } from "drizzle-orm";
import { z } from "zod";
import type { Context } from "../context.ts";
import type * as tables from "../db/tables.ts";
import { type EmailStatus, messages, providerEvents } from "../db/tables.ts";
import { emailErrors } from "../errors.ts";
import { type Counted, countEvent } from "../stats/count.ts";

export interface SendGridWebhook {
  body: string;
  signature: string | null;
  timestamp: string | null;
}

const ageSecondsMax = 600;
const eventsMax = 5_000;

const told = z
  .array(
    z.looseObject({
      email: z.string().max(320),
      event: z.string().max(50),
      sg_event_id: z.string().min(1).max(200),
      timestamp: z.number(),
      message: z.guid().optional(),
      reason: z.string().optional(),
    }),
  )
  .max(eventsMax);

type Told = z.infer<typeof told>[number];

const counted: ReadonlyMap<string, Counted> = new Map([
  ["delivered", "delivered"],
  ["open", "opens"],
  ["click", "clicks"],
  ["bounce", "bounces"],
  ["dropped", "bounces"],
  ["spamreport", "complaints"],
]);
const ends = ["bounce", "spamreport", "unsubscribe", "group_unsubscribe"];

/** SendGrid tells what became of e-mails. Believed when signed, new, and not known yet. */
export async function takeSendGridEvents(
  context: Context,
  { body, signature, timestamp }: SendGridWebhook,
): Promise<"taken" | "known"> {
  await requireSignature(context, { body, signature, timestamp });
  const events = told.parse(JSON.parse(body));
  return context.transact(async (tx) => {
    const fresh = await keepFresh(tx, events);
    // Messages before addresses, as when one is sent, and each in order: so no two wait for each other.
    for (const event of sortedBy(fresh, ({ message = "" }) => message)) await tellMessage(tx, context, event);
    for (const event of sortedBy(fresh, ({ email }) => email.toLowerCase())) await countFor(tx, event);
    return fresh.length > 0 ? "taken" : "known";
  });
}

async function requireSignature(
  context: Context,
  { body, signature, timestamp }: SendGridWebhook,
): Promise<void> {
  const credentials = await context.services.credentials.find(context.caller.tenantId, "email");
  const key = credentials?.provider === "sendgrid" ? credentials.eventPublicKey : undefined;
  if (key === undefined || signature === null || timestamp === null) throw emailErrors.BAD_SIGNATURE();
  const ageSeconds = Math.abs(Date.now() / 1_000 - Number(timestamp));
  if (!(ageSeconds <= ageSecondsMax) || !isSigned(key, { body, signature, timestamp })) {
    throw emailErrors.BAD_SIGNATURE();
  }
}

function isSigned(
  key: string,
  { body, signature, timestamp }: Record<"body" | "signature" | "timestamp", string>,
): boolean {
  const webhook = new EventWebhook();
  try {
    return webhook.verifySignature(webhook.convertPublicKeyToECDSA(key), body, signature, timestamp);
  } catch {
    // A signature that cannot be read is none.
    return false;
  }
}

async function keepFresh(tx: Transaction<typeof tables>, events: readonly Told[]): Promise<Told[]> {
  if (events.length === 0) return [];
  const rows = events.map(({ sg_event_id: id }) => ({ id }));
  const made = await tx.insert(providerEvents).values(rows).onConflictDoNothing().returning();
  const ids = new Set(made.map(({ id }) => id));
  return events.filter(({ sg_event_id: id }) => ids.delete(id));
}

async function tellMessage(
  tx: Transaction<typeof tables>,
  { caller }: Context,
  { event: kind, message: id, reason, ...event }: Told,
): Promise<void> {
  if (id === undefined) return;
  const at = new Date(event.timestamp * 1_000);
  const status = statusAfter(kind);
  const providerId = String(event.sg_message_id ?? "").split(".")[0] || id;
  if (status !== undefined) {
    await tx
      .update(messages)
      .set({ status, provider: "sendgrid", providerId, sentAt: at, ...(reason && { errorMessage: reason }) })
      .where(and(eq(messages.id, id), inArray(messages.status, ["PENDING", "SENT", "FAILED"])));
  }
  await emit(tx, caller, {
    ...{ type: "email.event", aggregateId: id, aggregateType: "EmailMessage" },
    payload: { messageId: id, kind, address: event.email, at: at.toISOString() },
  });
}

function countFor(tx: Transaction<typeof tables>, { event, email, timestamp }: Told): Promise<void> {
  const at = new Date(timestamp * 1_000);
  return countEvent(tx, {
    ...{ address: email.toLowerCase(), at },
    ...{ kind: counted.get(event), isEnd: ends.includes(event) },
  });
}

function sortedBy(events: readonly Told[], keyOf: (event: Told) => string): Told[] {
  return [...events].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

function statusAfter(kind: string): EmailStatus | undefined {
  if (kind === "processed") return "SENT";
  if (kind === "delivered") return "DELIVERED";
  return kind === "bounce" || kind === "dropped" ? "BOUNCED" : undefined;
}
