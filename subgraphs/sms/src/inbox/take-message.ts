import { emit } from "@mycelium/events";
import type { Context } from "../context.ts";
import { messages } from "../db/tables.ts";
import { optIn, optOut } from "../phone/opt-out.ts";
import { readTwilioForm, type TwilioWebhook } from "../twilio-webhook.ts";

const stops = ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"];
const starts = ["START", "YES", "UNSTOP"];
const bodyLengthMax = 4_000;

/** Someone writes to the restaurant. Whoever asks for no more messages gets none until they ask for them again. */
export async function takeMessage(context: Context, webhook: TwilioWebhook): Promise<"taken" | "known"> {
  const {
    MessageSid: sid,
    From: from,
    To: to,
    Body: body = "",
    OptOutType,
  } = await readTwilioForm(context, webhook);
  if (!sid || !from || !to) return "known";
  return context.transact(async (tx) => {
    const [made] = await tx
      .insert(messages)
      .values({
        ...{ provider: "twilio", providerId: sid, from, to, body: body.slice(0, bodyLengthMax) },
        ...{ status: "RECEIVED", direction: "INBOUND", sentAt: new Date() },
      })
      .onConflictDoNothing()
      .returning();
    if (!made) return "known";
    // Twilio says so where it minds the words itself, and leaves it to us where it does not.
    const word = (OptOutType ?? body).trim().toUpperCase();
    if (stops.includes(word)) await optOut(tx, from);
    if (starts.includes(word)) await optIn(tx, from);
    await emit(tx, context.caller, {
      ...{ type: "sms.received", aggregateId: made.id, aggregateType: "Message" },
      payload: { sid, from, optOut: stops.includes(word), optIn: starts.includes(word) },
    });
    return "taken";
  });
}
