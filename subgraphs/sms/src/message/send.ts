import { ProviderError } from "@mycelium/outbound";
import { authorize, parseInput } from "@mycelium/subgraph-kit";
import { eq } from "drizzle-orm";
import { z } from "zod";
import { claimSend } from "../../../shared/claim-send.ts";
import type { Context } from "../context.ts";
import { type MessageRow, messages } from "../db/tables.ts";
import { smsErrors } from "../errors.ts";
import { phoneNumber } from "../phone/number.ts";
import { hasOptedOut, optOut } from "../phone/opt-out.ts";
import type { NewSms, TakenSms } from "../providers/sms-gateway.ts";

export const messageText = z.string().trim().min(1).max(1_600);

const sendInput = z.object({
  to: phoneNumber,
  message: messageText,
  mediaUrl: z.httpUrl().max(2_000).nullish(),
  messageId: z.string().min(1).max(200).nullish(),
});

/** Twilio's code for a recipient who has sent STOP. */
const unsubscribedCode = "21610";

/** Sends once for each messageId: what was sent is the answer, what may have been sent is looked for first. */
export async function sendSms(context: Context, input: unknown): Promise<MessageRow> {
  authorize(context, "STAFF");
  const { to, message: body, mediaUrl = null, messageId } = parseInput(sendInput, input);
  if (await hasOptedOut(context, to)) throw smsErrors.OPTED_OUT();
  const claim = await context.transact((tx) =>
    claimSend(
      tx,
      messages,
      { messageId, leaseMs: context.services.sendLeaseMs },
      {
        ...{ to, body, mediaUrl, from: "", status: "ACCEPTED", direction: "OUTBOUND_API" },
      },
    ),
  );
  if (claim.state === "busy") throw smsErrors.SMS_IN_PROGRESS();
  if (claim.state === "done") return claim.row;
  const { row } = claim;
  const sms = { to, body, mediaUrl, statusCallback: callbackOf(context, row.id) };
  try {
    const before = claim.state === "again" ? await findSent(context, row) : undefined;
    return await note(context, row, before ?? (await sendByAny(context, sms)));
  } catch (error) {
    throw await noteFailure(context, row, error);
  }
}

async function findSent(
  context: Context,
  { to, body, createdAt }: MessageRow,
): Promise<TakenSms | undefined> {
  const sent = await context.services.twilio.find(context, { to, body, since: createdAt });
  return sent.at(-1);
}

/** The second provider takes over where the first does not work; what the first refuses, it would refuse as well. */
async function sendByAny(context: Context, sms: NewSms): Promise<TakenSms> {
  const { twilio, sns } = context.services;
  try {
    return await twilio.send(context, sms);
  } catch (error) {
    if (!(error instanceof ProviderError) || !doesNotWork(error)) throw error;
    const taken = await sns.send(context, sms);
    if (!taken) throw error;
    context.log.warn({ failure: error.failure }, "twilio does not work: sent by sns");
    return taken;
  }
}

/** A time-out is not among these: Twilio may have taken the message, and is asked before it is sent again. */
function doesNotWork({ failure }: ProviderError): boolean {
  return failure === "UNAVAILABLE" || failure === "CIRCUIT_OPEN" || failure === "RATE_LIMITED";
}

function callbackOf({ caller, services }: Context, id: string): string | undefined {
  const { webhookBaseUrl } = services;
  return webhookBaseUrl && `${webhookBaseUrl}/twilio/status/${caller.tenantId}?message=${id}`;
}

/** A callback may have been here before us, and knows better. */
async function note(context: Context, { id }: MessageRow, taken: TakenSms): Promise<MessageRow> {
  return context.transact(async (tx) => {
    const [row] = await tx.select().from(messages).where(eq(messages.id, id)).for("update");
    const isTold = row?.providerId != null;
    const [noted] = await tx
      .update(messages)
      .set({
        ...{ provider: taken.provider, providerId: taken.providerId, from: taken.from },
        ...(!isTold && { status: taken.status, updatedAt: new Date() }),
        ...{ sendingUntil: null, sentAt: row?.sentAt ?? new Date(), errorCode: null, errorMessage: null },
      })
      .where(eq(messages.id, id))
      .returning();
    if (!noted) throw new Error("a message was sent and is not there any more");
    return noted;
  });
}

/** What was refused is noted and may be asked for again; what may have been taken stays open, to be looked for. */
async function noteFailure(context: Context, row: MessageRow, error: unknown): Promise<unknown> {
  if (!(error instanceof ProviderError)) return error;
  const isRefused = error.failure !== "TIMED_OUT";
  const code = error.code ?? error.failure;
  await context.transact(async (tx) => {
    await tx
      .update(messages)
      .set({
        ...{ sendingUntil: null, errorCode: code, errorMessage: error.message, updatedAt: new Date() },
        ...(isRefused && { status: "FAILED" as const }),
      })
      .where(eq(messages.id, row.id));
    if (error.code === unsubscribedCode) await optOut(tx, row.to);
  });
  context.log.warn({ to: row.to, code }, "an SMS was not sent");
  return smsErrors.SMS_FAILED({ reason: error.message, providerCode: code });
}
