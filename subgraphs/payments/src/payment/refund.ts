import { authorize, kitErrors, parseInput } from "@mycelium/subgraph-kit";
import { z } from "zod";
import type { Context } from "../context.ts";
import type { PaymentRow } from "../db/tables.ts";
import { storeRefunds } from "../sync/store.ts";
import { findPayment, paymentById } from "./find.ts";

const refundInput = z.object({
  id: z.string().min(1),
  amount: z.int().min(1).nullish(),
  reason: z.enum(["duplicate", "fraudulent", "requested_by_customer"]).nullish(),
});

export async function refundPayment(context: Context, input: unknown): Promise<PaymentRow> {
  authorize(context, "ADMIN");
  const { id, amount, reason } = parseInput(refundInput, input);
  const payment = await findPayment(context, id);
  if (!payment) throw kitErrors.NOT_FOUND({ what: "payment" });
  const wanted = amount ?? payment.amountCents - payment.refundedCents;
  const refund = await context.services.stripe.call(context, (api) =>
    api.refunds.create(
      { payment_intent: id, amount: wanted, ...(reason && { reason }) },
      // The same call again gives nothing back twice; after it, what was given back is another amount.
      { idempotencyKey: `refund:${id}:${payment.refundedCents}:${wanted}` },
    ),
  );
  await context.transact((tx) => storeRefunds(tx, context.caller, [refund]));
  paymentById.forget(context, id);
  return (await paymentById.load(context, id)) ?? payment;
}
