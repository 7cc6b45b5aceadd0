import { authorize, kitErrors, parseInput } from "@mycelium/subgraph-kit";
import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Context } from "../context.ts";
import { type OrderRow, orders } from "../db/tables.ts";
import { orderErrors } from "../errors.ts";
import { toCents } from "../money.ts";
import { orderById, requireOrder } from "./find.ts";

const tipMax = 100_000;

const closeInput = z.object({
  id: z.string().min(1),
  tip: z.number().min(0).max(tipMax).nullish(),
});

/**
 * Closes an order here: Toast closes one by itself when it is paid. The same call again changes nothing, so that a saga
 * may repeat it.
 */
export async function closeOrder(context: Context, input: unknown): Promise<OrderRow> {
  authorize(context, "STAFF");
  const { id, tip } = parseInput(closeInput, input);
  const found = await requireOrder(context, id);
  const closed = await context.transact(async (tx) => {
    const [order] = await tx.select().from(orders).where(eq(orders.id, found.id)).for("update");
    if (!order) throw kitErrors.NOT_FOUND({ what: "order" });
    if (order.status === "PAID") return order;
    // One that was released waits for its tip.
    if (order.status === "CLOSED" && (tip == null || order.tipCents !== null)) return order;
    if (order.status === "VOIDED") throw orderErrors.ORDER_NOT_OPEN({ status: order.status });
    const tipCents = tip == null ? order.tipCents : toCents(tip);
    const [row] = await tx
      .update(orders)
      .set({
        status: "CLOSED",
        tipCents,
        totalCents: order.subtotalCents + order.taxCents + (tipCents ?? 0),
        closedAt: order.closedAt ?? sql`now()`,
        modifiedAt: sql`now()`,
      })
      .where(eq(orders.id, order.id))
      .returning();
    return row!;
  });
  orderById.forget(context, closed.id);
  return closed;
}
