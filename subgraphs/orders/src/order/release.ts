import { authorize, parseInput } from "@mycelium/subgraph-kit";
import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Context } from "../context.ts";
import { type OrderRow, orders } from "../db/tables.ts";
import { orderErrors } from "../errors.ts";
import { orderById, requireOrder } from "./find.ts";

const releaseInput = z.object({ id: z.string().min(1) });

/** The payment failed: the guest leaves no tip yet, and the order waits to be paid. */
export async function releaseOrder(context: Context, input: unknown): Promise<OrderRow> {
  authorize(context, "STAFF");
  const { id } = parseInput(releaseInput, input);
  const order = await requireOrder(context, id);
  const [released] = await context.transact((tx) =>
    tx
      .update(orders)
      .set({ tipCents: null, totalCents: sql`subtotal_cents + tax_cents`, modifiedAt: sql`now()` })
      .where(and(eq(orders.id, order.id), eq(orders.status, "CLOSED")))
      .returning(),
  );
  if (!released) throw orderErrors.ORDER_NOT_OPEN({ status: order.status });
  orderById.forget(context, order.id);
  return released;
}
