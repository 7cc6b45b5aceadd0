import { defineLoader, groupedBy, inOrderOf, parseInput } from "@mycelium/subgraph-kit";
import { asc, desc, eq, inArray, sql } from "drizzle-orm";
import type Stripe from "stripe";
import { z } from "zod";
import type { Context } from "../context.ts";
import {
  type BillingSubscriptionRow,
  billingSubscriptions,
  type CustomerRow,
  customers,
  paymentMethods,
} from "../db/tables.ts";
import { storeCustomers } from "../sync/store.ts";

export const customerById = defineLoader(async (ids: readonly string[], context: Context) => {
  const rows = await context.read((tx) =>
    tx
      .select()
      .from(customers)
      .where(inArray(customers.id, [...ids])),
  );
  return inOrderOf(ids, rows, (row) => row.id, null);
});

/** The key is the e-mail in lower case. Stripe may hold one twice: the one that came last counts. */
export const customerByEmail = defineLoader(async (emails: readonly string[], context: Context) => {
  const rows = await context.read((tx) =>
    tx
      .select()
      .from(customers)
      .where(inArray(sql`lower(${customers.email})`, [...emails]))
      .orderBy(asc(customers.createdAt)),
  );
  return inOrderOf(emails, rows, (row) => row.email?.toLowerCase() ?? "", null);
});

export const methodsOfCustomer = defineLoader(async (ids: readonly string[], context: Context) => {
  const rows = await context.read((tx) =>
    tx
      .select()
      .from(paymentMethods)
      .where(inArray(paymentMethods.customerId, [...ids]))
      .orderBy(desc(paymentMethods.createdAt), asc(paymentMethods.id)),
  );
  return groupedBy(ids, rows, (row) => row.customerId);
});

export const subscriptionsOfCustomer = defineLoader(async (ids: readonly string[], context: Context) => {
  const rows = await context.read((tx) =>
    tx
      .select()
      .from(billingSubscriptions)
      .where(inArray(billingSubscriptions.customerId, [...ids]))
      .orderBy(asc(billingSubscriptions.id)),
  );
  return groupedBy(ids, rows, (row) => row.customerId);
});

/** In cents, by customer: what was paid less what was given back. */
export const spentByCustomer = defineLoader(async (ids: readonly string[], context: Context) => {
  const { rows } = await context.read((tx) =>
    tx.execute<{ customer_id: string; spent: string }>(sql`
      SELECT customer_id, sum(amount_cents - refunded_cents) AS spent FROM payments
      WHERE status = 'succeeded' AND customer_id IN ${[...ids]} GROUP BY customer_id`),
  );
  return inOrderOf(
    ids,
    rows.map(({ customer_id, spent }) => ({ id: customer_id, cents: Number(spent) })),
    ({ id }) => id,
    null,
  ).map((found) => found?.cents ?? 0);
});

const listInput = z.object({
  email: z.string().max(320).nullish(),
  limit: z.int().min(1).max(200).nullish(),
});

export function listCustomers(context: Context, input: unknown): Promise<CustomerRow[]> {
  const { email, limit } = parseInput(listInput, input);
  return context.read((tx) =>
    tx
      .select()
      .from(customers)
      .where(email ? eq(sql`lower(${customers.email})`, email.toLowerCase()) : undefined)
      .orderBy(desc(customers.createdAt))
      .limit(limit ?? 20),
  );
}

export function listSubscriptions(
  context: Context,
  status: string | null | undefined,
): Promise<BillingSubscriptionRow[]> {
  return context.read((tx) =>
    tx
      .select()
      .from(billingSubscriptions)
      .where(status ? eq(billingSubscriptions.status, status.toLowerCase()) : undefined)
      .orderBy(asc(billingSubscriptions.id))
      .limit(200),
  );
}

/** Someone whom Stripe knows and we do not yet. */
export async function findCustomerAtStripe(
  context: Context,
  { id, email }: { id?: string | null | undefined; email?: string | null | undefined },
): Promise<CustomerRow | null> {
  const found = await context.services.stripe.call(context, async (api) => {
    if (!id) return (await api.customers.list({ email: email ?? "", limit: 1 })).data;
    const customer = await api.customers.retrieve(id);
    return customer.deleted ? [] : [customer as Stripe.Customer];
  });
  const [customer] = found;
  if (!customer) return null;
  await context.transact((tx) => storeCustomers(tx, [customer]));
  customerById.forget(context, customer.id);
  return customerById.load(context, customer.id);
}
