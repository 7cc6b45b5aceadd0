import { authorize, parseInput } from "@mycelium/subgraph-kit";
import { z } from "zod";
import type { Context } from "../context.ts";
import type { OrderRow } from "../db/tables.ts";
import { orderErrors, throughToast } from "../errors.ts";
import { fromCents } from "../money.ts";
import { toastCaller } from "../toast/toast-caller.ts";
import { orderById, requireOrder } from "./find.ts";
import { importOrder } from "./import.ts";

const paymentInput = z.object({ id: z.string().min(1), paymentId: z.string().min(1).max(200) });

/** Tells the till of a payment that was made elsewhere, and takes over what the till then says. */
export async function recordOrderPayment(context: Context, input: unknown): Promise<OrderRow> {
  authorize(context, "STAFF");
  const { id, paymentId } = parseInput(paymentInput, input);
  const order = await requireOrder(context, id);
  if (order.status === "PAID" && order.paymentId === paymentId) return order;
  if (order.status === "VOIDED" || order.status === "PAID") {
    throw orderErrors.ORDER_NOT_OPEN({ status: order.status });
  }
  const paid = await throughToast(
    context.services.toast.addPayment(await toastCaller(context), {
      orderGuid: order.toastGuid,
      checkGuid: order.checkGuid,
      amount: fromCents(order.subtotalCents + order.taxCents),
      tipAmount: fromCents(order.tipCents ?? 0),
      // By which the till knows a payment that it was told before.
      externalId: paymentId,
    }),
  );
  const row = await context.transact((tx) => importOrder(tx, context.caller, paid));
  orderById.forget(context, order.id);
  return row ?? order;
}
