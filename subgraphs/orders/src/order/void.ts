import { authorize, parseInput } from "@mycelium/subgraph-kit";
import { z } from "zod";
import type { Context } from "../context.ts";
import type { OrderRow } from "../db/tables.ts";
import { throughToast } from "../errors.ts";
import { toastCaller } from "../toast/toast-caller.ts";
import { orderById, requireOrder } from "./find.ts";
import { importOrder } from "./import.ts";

const voidInput = z.object({ id: z.string().min(1) });

export async function voidOrder(context: Context, input: unknown): Promise<OrderRow> {
  authorize(context, "STAFF");
  const { id } = parseInput(voidInput, input);
  const order = await requireOrder(context, id);
  if (order.status === "VOIDED") return order;
  const voided = await throughToast(
    context.services.toast.voidOrder(await toastCaller(context), order.toastGuid),
  );
  const row = await context.transact((tx) => importOrder(tx, context.caller, voided));
  orderById.forget(context, order.id);
  return row ?? order;
}
