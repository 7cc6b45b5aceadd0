import { emit } from "@mycelium/events";
import { eq } from "drizzle-orm";
import type { Context } from "../context.ts";
import { messages } from "../db/tables.ts";
import { readTwilioForm, type TwilioWebhook } from "../twilio-webhook.ts";
import { isLater, readStatus } from "./read-status.ts";

/**
 * Twilio tells how a message fares. What is known already, comes late or is about a message of somebody else changes
 * nothing.
 */
export async function takeTwilioCallback(
  context: Context,
  webhook: TwilioWebhook,
): Promise<"taken" | "known"> {
  const form = await readTwilioForm(context, webhook);
  const { MessageSid: sid, MessageStatus: told, ErrorCode: errorCode, From: from } = form;
  const id = new URL(webhook.url).searchParams.get("message") ?? "";
  if (!sid || !told || !isUuid(id)) return "known";
  const status = readStatus(told);
  return context.transact(async (tx) => {
    const [row] = await tx.select().from(messages).where(eq(messages.id, id)).for("update");
    if (!row || (row.providerId !== null && row.providerId !== sid)) return "known";
    if (row.providerId !== null && !isLater(status, row.status)) return "known";
    await tx
      .update(messages)
      .set({
        ...{ provider: "twilio", providerId: sid, status, updatedAt: new Date() },
        ...(from && { from }),
        ...(errorCode && { errorCode }),
        sentAt: row.sentAt ?? new Date(),
      })
      .where(eq(messages.id, id));
    await emit(tx, context.caller, {
      ...{ type: "sms.status_changed", aggregateId: id, aggregateType: "Message" },
      payload: { sid, messageId: row.messageId, status, errorCode: errorCode ?? null },
    });
    return "taken";
  });
}

function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}
