import { emit } from "@mycelium/events";
import { eq } from "drizzle-orm";
import twilio from "twilio";
import type { Context } from "../context.ts";
import { messages } from "../db/tables.ts";
import { smsErrors } from "../errors.ts";
import { isLater, readStatus } from "./read-status.ts";

export interface TwilioCallback {
  body: string;
  signature: string | null;
  /** As Twilio was given it, since it is part of what is signed. */
  url: string;
}

/**
 * Twilio tells how a message fares. Believed when signed with the tenant's token; what is known already, comes late or
 * is about a message of somebody else changes nothing.
 */
export async function takeTwilioCallback(
  context: Context,
  { body, signature, url }: TwilioCallback,
): Promise<"taken" | "known"> {
  const credentials = await context.services.credentials.find(context.caller.tenantId, "twilio");
  const form = Object.fromEntries(new URLSearchParams(body));
  if (
    !credentials ||
    signature === null ||
    !twilio.validateRequest(credentials.authToken, signature, url, form)
  ) {
    throw smsErrors.BAD_SIGNATURE();
  }
  const { MessageSid: sid, MessageStatus: told, ErrorCode: errorCode, From: from } = form;
  const id = new URL(url).searchParams.get("message") ?? "";
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
