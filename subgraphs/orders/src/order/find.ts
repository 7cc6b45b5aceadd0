import { ProviderError } from "@mycelium/outbound";
import { defineLoader, groupedBy, inOrderOf, kitErrors, parseInput } from "@mycelium/subgraph-kit";
import { asc, desc, eq, inArray } from "drizzle-orm";
import { z } from "zod";
import type { Context } from "../context.ts";
import { type OrderRow, orderItems, orderStatuses, orders } from "../db/tables.ts";
import { throughToast } from "../errors.ts";
import { toastCaller } from "../toast/toast-caller.ts";
import { importOrder } from "./import.ts";

const isUuid = (text: string) => z.guid().safeParse(text).success;

export const orderById = defineLoader(async (ids: readonly string[], context: Context) => {
  const rows = await context.read((tx) =>
    tx
      .select()
      .from(orders)
      .where(inArray(orders.id, ids.filter(isUuid))),
  );
  return inOrderOf(ids, rows, (row) => row.id, null);
});

export const orderByToastGuid = defineLoader(async (guids: readonly string[], context: Context) => {
  const rows = await context.read((tx) =>
    tx
      .select()
      .from(orders)
      .where(inArray(orders.toastGuid, [...guids])),
  );
  return inOrderOf(guids, rows, (row) => row.toastGuid, null);
});

export const itemsOfOrder = defineLoader(async (ids: readonly string[], context: Context) => {
  const rows = await context.read((tx) =>
    tx
      .select()
      .from(orderItems)
      .where(inArray(orderItems.orderId, [...ids]))
      .orderBy(asc(orderItems.orderId), asc(orderItems.position)),
  );
  return groupedBy(ids, rows, (row) => row.orderId);
});

/** By our id, or by the till's; one that the till has and we do not is fetched from there. */
export async function findOrder(context: Context, id: string): Promise<OrderRow | null> {
  const known = (await orderById.load(context, id)) ?? (await orderByToastGuid.load(context, id));
  if (known || !isUuid(id)) return known;
  const caller = await toastCaller(context);
  const found = await throughToast(
    context.services.toast.order(caller, id).catch((error) => {
      if (error instanceof ProviderError && error.failure === "NOT_FOUND") return null;
      throw error;
    }),
  );
  if (!found) return null;
  return (await context.transact((tx) => importOrder(tx, context.caller, found))) ?? null;
}

export async function requireOrder(context: Context, id: string): Promise<OrderRow> {
  const order = await findOrder(context, id);
  if (!order) throw kitErrors.NOT_FOUND({ what: "order" });
  return order;
}

const listInput = z.object({
  status: z.enum(orderStatuses).nullish(),
  limit: z.int().min(1).max(200).nullish(),
});

export function listOrders(context: Context, input: unknown): Promise<OrderRow[]> {
  const { status, limit } = parseInput(listInput, input);
  return context.read((tx) =>
    tx
      .select()
      .from(orders)
      .where(status ? eq(orders.status, status) : undefined)
      .orderBy(desc(orders.openedAt))
      .limit(limit ?? 20),
  );
}
