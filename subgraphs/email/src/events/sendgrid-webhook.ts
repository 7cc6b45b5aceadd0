import { connectorErrors } from "@mycelium/connectors";
import { EventWebhook } from "@sendgrid/eventwebhook";
import { z } from "zod";
import type { Context } from "../context.ts";
import { type EventKind, type ProviderEvent, takeProviderEvents } from "./provider-event.ts";

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
      sg_message_id: z.string().max(200).optional(),
      timestamp: z.number(),
      message: z.guid().optional(),
      reason: z.string().optional(),
    }),
  )
  .max(eventsMax);

const kinds: ReadonlyMap<string, EventKind> = new Map([
  ["processed", "sent"],
  ["delivered", "delivered"],
  ["open", "opened"],
  ["click", "clicked"],
  ["bounce", "bounced"],
  ["dropped", "dropped"],
  ["spamreport", "complained"],
  ["unsubscribe", "unsubscribed"],
  ["group_unsubscribe", "unsubscribed"],
]);

/** SendGrid tells what became of e-mails. Believed when signed, new, and not known yet. */
export async function takeSendGridEvents(
  context: Context,
  { body, signature, timestamp }: SendGridWebhook,
): Promise<"taken" | "known"> {
  await requireSignature(context, { body, signature, timestamp });
  return takeProviderEvents(context, told.parse(JSON.parse(body)).map(readEvent));
}

async function requireSignature(
  context: Context,
  { body, signature, timestamp }: SendGridWebhook,
): Promise<void> {
  const credentials = await context.services.credentials.find(context.caller.tenantId, "email");
  const key = credentials?.provider === "sendgrid" ? credentials.eventPublicKey : undefined;
  if (key === undefined || signature === null || timestamp === null) throw connectorErrors.BAD_SIGNATURE();
  const ageSeconds = Math.abs(Date.now() / 1_000 - Number(timestamp));
  if (!(ageSeconds <= ageSecondsMax) || !isSigned(key, { body, signature, timestamp })) {
    throw connectorErrors.BAD_SIGNATURE();
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

function readEvent(event: z.infer<typeof told>[number]): ProviderEvent {
  return {
    id: event.sg_event_id,
    kind: kinds.get(event.event) ?? "other",
    address: event.email.toLowerCase(),
    at: new Date(event.timestamp * 1_000),
    provider: "sendgrid",
    messageId: event.message,
    providerId: event.sg_message_id?.split(".")[0] || undefined,
    reason: event.reason,
  };
}
