import { defineLoader, groupedBy, inOrderOf, parseInput } from "@mycelium/subgraph-kit";
import { desc, inArray } from "drizzle-orm";
import { z } from "zod";
import type { Context } from "../context.ts";
import { disputes, type PaymentRow, payments } from "../db/tables.ts";
import { isMissing } from "../stripe/stripe-gateway.ts";
import { storePayments } from "../sync/store.ts";

export const paymentById = defineLoader(async (ids: readonly string[], context: Context) => {
  const rows = await context.read((tx) =>
    tx
      .select()
      .from(payments)
      .where(inArray(payments.id, [...ids])),
  );
  return inOrderOf(ids, rows, (row) => row.id, null);
});

export const disputesOfPayment = defineLoader(async (ids: readonly string[], context: Context) => {
  const rows = await context.read((tx) =>
    tx
      .select()
      .from(disputes)
      .where(inArray(disputes.paymentId, [...ids])),
  );
  return groupedBy(ids, rows, (row) => row.paymentId);
});

/** One that Stripe has and we do not yet is fetched from there. */
export async function findPayment(context: Context, id: string): Promise<PaymentRow | null> {
  const known = await paymentById.load(context, id);
  if (known || !/^pi_\w{1,100}$/.test(id)) return known;
  const intent = await context.services.stripe
    .call(context, (api) => api.paymentIntents.retrieve(id))
    .catch((error) => {
      if (isMissing(error)) return null;
      throw error;
    });
  if (!intent) return null;
  const [row] = await context.transact((tx) => storePayments(tx, context.caller, [intent]));
  return row ?? null;
}

const listInput = z.object({ limit: z.int().min(1).max(200).nullish() });

export function listPayments(context: Context, input: unknown): Promise<PaymentRow[]> {
  const { limit } = parseInput(listInput, input);
  return context.read((tx) =>
    tx
      .select()
      .from(payments)
      .orderBy(desc(payments.createdAt))
      .limit(limit ?? 20),
  );
}
