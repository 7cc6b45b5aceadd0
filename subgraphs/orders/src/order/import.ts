import type { Transaction } from "@mycelium/database";
import { type EventSource, emit } from "@mycelium/events";
import { eq } from "drizzle-orm";
import type * as tables from "../db/tables.ts";
import { type OrderRow, orderItems, orders } from "../db/tables.ts";
import { importGuest, recountGuest } from "../guest/import.ts";
import type { ToastOrder } from "../toast/read-toast.ts";
import { type ImportedOrder, readToastOrder } from "./read-toast-order.ts";

type Tx = Transaction<typeof tables>;

/** Takes over what the till says of an order, unless something newer is known. */
export async function importOrder(
  tx: Tx,
  source: EventSource,
  toastOrder: ToastOrder,
): Promise<OrderRow | undefined> {
  const imported = readToastOrder(toastOrder);
  if (!imported) return undefined;
  const known = await lockOrder(tx, imported.toastGuid);
  if (known && known.modifiedAt > imported.modifiedAt) return known;
  const guestId = imported.guest ? await importGuest(tx, imported.guest) : (known?.guestId ?? null);
  const row = await writeOrder(tx, { imported, known, guestId });
  await writeItems(tx, row.id, imported);
  if (guestId !== null) await recountGuest(tx, guestId);
  await tell(tx, source, { row, known });
  return row;
}

async function lockOrder(tx: Tx, toastGuid: string): Promise<OrderRow | undefined> {
  const [known] = await tx.select().from(orders).where(eq(orders.toastGuid, toastGuid)).for("update");
  return known;
}

interface Written {
  imported: ImportedOrder;
  known: OrderRow | undefined;
  guestId: string | null;
}

async function writeOrder(tx: Tx, { imported, known, guestId }: Written): Promise<OrderRow> {
  const { items: _, guest: __, isPaid, isVoided, ...fields } = imported;
  // A tip that was promised here and is not in the till yet must not be lost.
  const tipCents = fields.tipCents ?? known?.tipCents ?? null;
  const values = {
    ...fields,
    guestId,
    tipCents,
    totalCents: fields.subtotalCents + fields.taxCents + (tipCents ?? 0),
    paymentId: fields.paymentId ?? known?.paymentId ?? null,
    status: isVoided
      ? ("VOIDED" as const)
      : isPaid
        ? ("PAID" as const)
        : (known?.status ?? ("OPEN" as const)),
    closedAt: fields.closedAt ?? known?.closedAt ?? null,
  };
  const [row] = await tx
    .insert(orders)
    .values(values)
    .onConflictDoUpdate({ target: [orders.tenantId, orders.toastGuid], set: values })
    .returning();
  return row!;
}

async function writeItems(tx: Tx, orderId: string, { items }: ImportedOrder): Promise<void> {
  await tx.delete(orderItems).where(eq(orderItems.orderId, orderId));
  if (items.length === 0) return;
  await tx.insert(orderItems).values(items.map((item, position) => ({ ...item, orderId, position })));
}

/** Once for each state that an order comes into. */
async function tell(
  tx: Tx,
  source: EventSource,
  { row, known }: { row: OrderRow; known: OrderRow | undefined },
): Promise<void> {
  const about = { aggregateId: row.id, aggregateType: "Order" };
  if (!known) {
    const payload = { orderId: row.id, totalCents: row.totalCents, guestId: row.guestId };
    await emit(tx, source, { type: "order.created", payload, ...about });
  }
  if (row.status === "PAID" && known?.status !== "PAID") {
    const payload = {
      orderId: row.id,
      totalCents: row.totalCents,
      tipCents: row.tipCents,
      paymentId: row.paymentId,
    };
    await emit(tx, source, { type: "order.completed", payload, ...about });
  }
  if (row.status === "VOIDED" && known?.status !== "VOIDED") {
    await emit(tx, source, { type: "order.voided", payload: { orderId: row.id, reason: "till" }, ...about });
  }
}
