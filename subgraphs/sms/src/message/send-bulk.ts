import { authorize, parseInput } from "@mycelium/subgraph-kit";
import { z } from "zod";
import type { Context } from "../context.ts";
import type { MessageRow } from "../db/tables.ts";
import { phoneNumber } from "../phone/number.ts";
import { messageText, sendSms } from "./send.ts";

/** A second apart, within the half minute that a router waits. */
const recipientsMax = 25;

const bulkInput = z.object({
  recipients: z.array(phoneNumber).min(1).max(recipientsMax),
  message: messageText,
});

/** One after the other, so that the provider does not hold us back. Whom it cannot reach is left out. */
export async function sendBulkSms(context: Context, input: unknown): Promise<MessageRow[]> {
  authorize(context, "STAFF");
  const { recipients, message } = parseInput(bulkInput, input);
  const sent: MessageRow[] = [];
  for (const [index, to] of [...new Set(recipients)].entries()) {
    if (index > 0) await pause(context);
    if (context.signal.aborted) break;
    const row = await sendSms(context, { to, message }).catch(() => undefined);
    if (row) sent.push(row);
  }
  return sent;
}

function pause({ services }: Context): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, services.bulkPauseMs));
}
