import { PeerError } from "@mycelium/peers";
import { eq } from "drizzle-orm";
import type { Context } from "../../context.ts";
import { type DinnerRow, type NotificationRow, notifications, type ReceiptKind } from "../../db/tables.ts";
import { issueReceipt } from "../../receipt/issue.ts";
import { note, required } from "../note.ts";
import { type ClosedOrder, sendEmail, sendSms } from "../peers.ts";
import type { Step } from "../run.ts";

/** A receipt that fails is noted and undoes nothing. Each has a name, by which it is sent once. */
export const sendReceipts: Step = {
  name: "receipts",
  isDone: ({ state }) => state === "DONE",
  async run(context, dinner) {
    const order = required(dinner.closed, "an order");
    const wanted = dinner.receipts.filter((kind) => addressOf(kind, order) !== undefined);
    const sent = await context.read((tx) =>
      tx.select().from(notifications).where(eq(notifications.dinnerId, dinner.id)),
    );
    const missing = wanted.filter((kind) => !sent.some(({ type }) => type === kind));
    if (missing.length === 0) return dinner;
    const receipt = await issueReceipt(context, dinner);
    await Promise.all(missing.map((kind) => sendOne(context, { dinner, kind, order, receipt })));
    return note(context, dinner, {});
  },
};

interface Receipt {
  url: string;
  restaurant: { name: string };
}

async function sendOne(
  context: Context,
  {
    dinner,
    kind,
    order,
    receipt,
  }: { dinner: DinnerRow; kind: ReceiptKind; order: ClosedOrder; receipt: Receipt },
): Promise<void> {
  const to = addressOf(kind, order) ?? "";
  const messageId = messageIdOf(dinner.id, kind);
  const outcome = await sendTo(context, { kind, to, messageId, order, receipt }).then(
    (providerId) => ({ status: "SENT" as const, providerId, error: null }),
    (error) => {
      // A refusal and an outage alike: the dinner is paid, and a second call tries what failed anew.
      // One that another sends at present, or died sending: the dinner waits for it.
      if (!(error instanceof PeerError) || error.code.endsWith("_IN_PROGRESS")) throw error;
      return { status: "FAILED" as const, providerId: null, error: error.message };
    },
  );
  const values: Omit<NotificationRow, "tenantId" | "updatedAt"> = {
    dinnerId: dinner.id,
    type: kind,
    ...outcome,
  };
  await context.transact((tx) => tx.insert(notifications).values(values).onConflictDoNothing());
}

function sendTo(
  context: Context,
  {
    kind,
    to,
    messageId,
    order,
    receipt,
  }: { kind: ReceiptKind; to: string; messageId: string; order: ClosedOrder; receipt: Receipt },
): Promise<string> {
  const { url: receiptUrl, restaurant } = receipt;
  if (kind === "SMS")
    return sendSms(context, { to, messageId, message: `Thanks for dining! Your receipt: ${receiptUrl}` });
  const variables = { restaurant, order, receiptUrl };
  return sendEmail(context, { to: [to], template: "receipt", variables, messageId });
}

/** Events of sms and email name it. */
export function messageIdOf(dinnerId: string, kind: ReceiptKind): string {
  return `dinner:${dinnerId}:${kind.toLowerCase()}`;
}

function addressOf(kind: ReceiptKind, { guest }: ClosedOrder): string | undefined {
  return (kind === "EMAIL" ? guest?.email : guest?.phone) ?? undefined;
}
