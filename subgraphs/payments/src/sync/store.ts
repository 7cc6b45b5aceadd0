import type { Transaction } from "@mycelium/database";
import { type EventSource, emit } from "@mycelium/events";
import { eq, getTableColumns, inArray, type SQL, sql } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";
import type Stripe from "stripe";
import type * as tables from "../db/tables.ts";
import {
  billingSubscriptions,
  customers,
  disputes,
  type PaymentRow,
  paymentMethods,
  payments,
  refunds,
} from "../db/tables.ts";
import {
  readCustomer,
  readDispute,
  readPayment,
  readPaymentMethod,
  readRefund,
  readSubscription,
} from "../stripe/read-stripe.ts";

type Tx = Transaction<typeof tables>;

export async function storeCustomers(tx: Tx, found: readonly Stripe.Customer[]): Promise<void> {
  if (found.length === 0) return;
  await tx
    .insert(customers)
    .values(found.map(readCustomer))
    .onConflictDoUpdate({ target: [customers.tenantId, customers.id], set: allOf(customers, ["createdAt"]) });
}

/** Told of a customer's making late, after what was changed since: what is known stays. */
export async function storeNewCustomer(tx: Tx, found: Stripe.Customer): Promise<void> {
  await tx.insert(customers).values(readCustomer(found)).onConflictDoNothing();
}

export async function storePaymentMethods(tx: Tx, found: readonly Stripe.PaymentMethod[]): Promise<void> {
  const rows = found.flatMap((method) => readPaymentMethod(method) ?? []);
  if (rows.length === 0) return;
  await tx
    .insert(paymentMethods)
    .values(rows)
    .onConflictDoUpdate({
      target: [paymentMethods.tenantId, paymentMethods.id],
      set: allOf(paymentMethods, ["createdAt"]),
    });
}

export async function forgetPaymentMethod(tx: Tx, id: string): Promise<void> {
  await tx.delete(paymentMethods).where(eq(paymentMethods.id, id));
}

export async function storeSubscriptions(tx: Tx, found: readonly Stripe.Subscription[]): Promise<void> {
  if (found.length === 0) return;
  await tx
    .insert(billingSubscriptions)
    .values(found.map(readSubscription))
    .onConflictDoUpdate({
      target: [billingSubscriptions.tenantId, billingSubscriptions.id],
      set: allOf(billingSubscriptions),
    });
}

/** Statuses from which no way leads back: events come in any order. */
const settled = ["succeeded", "canceled"];

/** Takes over what Stripe says of payments and tells what became of them, once. */
export async function storePayments(
  tx: Tx,
  source: EventSource,
  found: readonly Stripe.PaymentIntent[],
): Promise<PaymentRow[]> {
  if (found.length === 0) return [];
  const ids = found.map(({ id }) => id);
  const known = new Map(
    (await tx.select().from(payments).where(inArray(payments.id, ids)).for("update")).map((row) => [
      row.id,
      row,
    ]),
  );
  const current = found.filter(({ id, status }) => isNews(status, known.get(id)?.status));
  const rows =
    current.length === 0
      ? []
      : await tx
          .insert(payments)
          .values(current.map(readPayment))
          .onConflictDoUpdate({
            target: [payments.tenantId, payments.id],
            set: { ...allOf(payments, ["createdAt", "orderId", "refundedCents"]), updatedAt: sql`now()` },
            // One that was not there a moment ago may have been written, and settled, by another.
            setWhere: sql`excluded.status IN ${settled}
              OR NOT (${payments.status} IN ${settled} OR excluded.status = 'requires_confirmation')`,
          })
          .returning();
  for (const row of rows) await tellPayment(tx, source, { row, before: known.get(row.id)?.status });
  const untouched = ids.filter((id) => !rows.some((row) => row.id === id));
  if (untouched.length === 0) return rows;
  const others = await tx.select().from(payments).where(inArray(payments.id, untouched));
  return ids.flatMap((id) => [...rows, ...others].find((row) => row.id === id) ?? []);
}

/** A payment is first of all to be confirmed: told of one that is further already, that comes late. */
function isNews(status: string, known: string | undefined): boolean {
  if (known === undefined) return true;
  return settled.includes(status) || !(settled.includes(known) || status === "requires_confirmation");
}

async function tellPayment(
  tx: Tx,
  source: EventSource,
  { row, before }: { row: PaymentRow; before: string | undefined },
): Promise<void> {
  if (row.status === before) return;
  const type =
    row.status === "succeeded"
      ? "payment.succeeded"
      : row.status === "requires_payment_method" && before !== undefined
        ? "payment.failed"
        : undefined;
  if (type === undefined) return;
  const payload = {
    paymentId: row.id,
    orderId: row.orderId,
    amount: row.amountCents,
    currency: row.currency,
  };
  await emit(tx, source, { type, aggregateId: row.id, aggregateType: "Payment", payload });
}

/** What was given back is the sum of all refunds that did not fail. */
export async function storeRefunds(
  tx: Tx,
  source: EventSource,
  found: readonly Stripe.Refund[],
): Promise<void> {
  const rows = found.map(readRefund).filter(({ paymentId }) => paymentId !== "");
  if (rows.length === 0) return;
  const made = await tx
    .insert(refunds)
    .values(rows)
    .onConflictDoUpdate({ target: [refunds.tenantId, refunds.id], set: { status: sql`excluded.status` } })
    .returning({
      id: refunds.id,
      paymentId: refunds.paymentId,
      amountCents: refunds.amountCents,
      isNew: sql<boolean>`xmax = 0`,
    });
  const ids = [...new Set(made.map(({ paymentId }) => paymentId))];
  await tx
    .update(payments)
    .set({
      refundedCents: sql`(SELECT coalesce(sum(r.amount_cents), 0) FROM refunds r WHERE r.payment_id = payments.id AND r.status NOT IN ('failed', 'canceled'))`,
      updatedAt: sql`now()`,
    })
    .where(inArray(payments.id, ids));
  for (const { id, paymentId, amountCents } of made.filter(({ isNew }) => isNew)) {
    const payload = { paymentId, refundId: id, amount: amountCents };
    await emit(tx, source, {
      type: "payment.refunded",
      aggregateId: paymentId,
      aggregateType: "Payment",
      payload,
    });
  }
}

export async function storeDispute(tx: Tx, source: EventSource, dispute: Stripe.Dispute): Promise<void> {
  const row = readDispute(dispute);
  await tx
    .insert(disputes)
    .values(row)
    .onConflictDoUpdate({ target: [disputes.tenantId, disputes.id], set: { status: sql`excluded.status` } });
  const payload = { paymentId: row.paymentId, disputeId: row.id, status: row.status, reason: row.reason };
  await emit(tx, source, {
    type: "payment.disputed",
    aggregateId: row.paymentId,
    aggregateType: "Payment",
    payload,
  });
}

/** On conflict every column takes what is new, but those that stay. */
function allOf<T extends PgTable>(table: T, but: readonly string[] = []): Record<string, SQL> {
  const columns = Object.entries(getTableColumns(table)).filter(
    ([key]) => key !== "id" && key !== "tenantId" && !but.includes(key),
  );
  return Object.fromEntries(columns.map(([key, column]) => [key, sql.raw(`excluded.${column.name}`)]));
}
