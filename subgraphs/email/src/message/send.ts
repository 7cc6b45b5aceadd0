import { ProviderError } from "@mycelium/outbound";
import { authorize, parseInput } from "@mycelium/subgraph-kit";
import { eq } from "drizzle-orm";
import { z } from "zod";
import { claimSend } from "../../../shared/claim-send.ts";
import type { Context } from "../context.ts";
import { type MessageRow, messages } from "../db/tables.ts";
import { emailErrors } from "../errors.ts";
import type { TakenMail } from "../providers/mailer.ts";
import { countSent } from "../stats/count.ts";
import { renderTemplate } from "../template/render.ts";

const variablesBytesMax = 100_000;

export const address = z
  .email()
  .max(320)
  .transform((text) => text.toLowerCase());
export const variables = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((given) => given ?? {})
  .refine(
    (given) => JSON.stringify(given).length <= variablesBytesMax,
    `more than ${variablesBytesMax} bytes`,
  );

const sendInput = z.object({
  to: z.array(address).min(1).max(50),
  template: z.string().min(1).max(50),
  variables,
  messageId: z.string().min(1).max(300).nullish(),
});

/** Sends once for each messageId. What a provider has told of, it has: that is not sent again. */
export async function sendEmail(context: Context, input: unknown): Promise<MessageRow> {
  authorize(context, "STAFF");
  const { to: recipients, template, variables: given, messageId } = parseInput(sendInput, input);
  const rendered = await renderTemplate(context, { template, variables: given });
  const { subject } = rendered;
  const claim = await context.transact((tx) =>
    claimSend(
      tx,
      messages,
      { messageId, leaseMs: context.services.sendLeaseMs },
      { recipients, template, subject, status: "PENDING" },
    ),
  );
  if (claim.state === "busy") throw emailErrors.EMAIL_IN_PROGRESS();
  if (claim.state === "done") return claim.row;
  const { id } = claim.row;
  try {
    const taken = await context.services.mailer.send(context, { ...rendered, to: recipients, id });
    return await note(context, id, taken);
  } catch (error) {
    throw await noteFailure(context, claim.row, error);
  }
}

/** An event may have been here before us, and knows better. */
function note(context: Context, id: string, { provider, providerId }: TakenMail): Promise<MessageRow> {
  return context.transact(async (tx) => {
    const [row] = await tx.select().from(messages).where(eq(messages.id, id)).for("update");
    if (!row) throw new Error("an e-mail was sent and is not there any more");
    const isTold = row.status === "DELIVERED" || row.status === "BOUNCED";
    const [noted] = await tx
      .update(messages)
      .set({
        ...{ provider, providerId, sendingUntil: null, errorMessage: null, sentAt: row.sentAt ?? new Date() },
        ...(!isTold && { status: "SENT" as const }),
      })
      .where(eq(messages.id, id))
      .returning();
    await countSent(tx, row.recipients);
    return noted ?? row;
  });
}

async function noteFailure(context: Context, { id }: MessageRow, error: unknown): Promise<unknown> {
  if (!(error instanceof ProviderError)) {
    await context.transact((tx) =>
      tx.update(messages).set({ sendingUntil: null }).where(eq(messages.id, id)),
    );
    return error;
  }
  const { message, failure } = error;
  await context.transact((tx) =>
    tx
      .update(messages)
      .set({ sendingUntil: null, status: "FAILED", errorMessage: message })
      .where(eq(messages.id, id)),
  );
  context.log.warn({ id, failure }, "an e-mail was not sent");
  return emailErrors.EMAIL_FAILED({ reason: message, failure });
}
