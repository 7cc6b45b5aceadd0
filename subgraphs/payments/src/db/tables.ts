import { sql } from "drizzle-orm";
import { bigint, integer, jsonb, pgTable, primaryKey, text, timestamp } from "drizzle-orm/pg-core";

const cents = (name: string) => bigint(name, { mode: "number" });
const time = (name: string) => timestamp(name, { withTimezone: true });
/** The database fills it in from the session, and shows no other. */
const tenantId = () => text("tenant_id").notNull().default(sql`mycelium.tenant_id()`);
const owned = { id: text().notNull(), tenantId: tenantId() };

export const customers = pgTable(
  "customers",
  {
    ...owned,
    email: text(),
    name: text(),
    phone: text(),
    defaultPaymentMethodId: text("default_payment_method_id"),
    createdAt: time("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.id] })],
);

export const paymentMethods = pgTable(
  "payment_methods",
  {
    ...owned,
    customerId: text("customer_id").notNull(),
    type: text().notNull(),
    brand: text(),
    last4: text(),
    expMonth: integer("exp_month"),
    expYear: integer("exp_year"),
    country: text(),
    createdAt: time("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.id] })],
);

export interface SubscriptionItemRow {
  id: string;
  priceId: string;
  productName: string | null;
  quantity: number;
  unitAmount: number | null;
}

export const billingSubscriptions = pgTable(
  "billing_subscriptions",
  {
    ...owned,
    customerId: text("customer_id").notNull(),
    status: text().notNull(),
    items: jsonb().$type<SubscriptionItemRow[]>().notNull(),
    periodStart: time("period_start").notNull(),
    periodEnd: time("period_end").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.id] })],
);

export const payments = pgTable(
  "payments",
  {
    ...owned,
    amountCents: cents("amount_cents").notNull(),
    refundedCents: cents("refunded_cents").notNull().default(0),
    currency: text().notNull(),
    status: text().notNull(),
    customerId: text("customer_id"),
    paymentMethodId: text("payment_method_id"),
    metadata: jsonb().$type<Record<string, string>>().notNull().default({}),
    orderId: text("order_id").generatedAlwaysAs(sql`metadata ->> 'orderId'`),
    createdAt: time("created_at").notNull(),
    updatedAt: time("updated_at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.id] })],
);

export const refunds = pgTable(
  "refunds",
  {
    ...owned,
    paymentId: text("payment_id").notNull(),
    amountCents: cents("amount_cents").notNull(),
    status: text().notNull(),
    reason: text(),
    createdAt: time("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.id] })],
);

export const disputes = pgTable(
  "disputes",
  {
    ...owned,
    paymentId: text("payment_id").notNull(),
    amountCents: cents("amount_cents").notNull(),
    status: text().notNull(),
    reason: text().notNull(),
    createdAt: time("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.id] })],
);

export const stripeEvents = pgTable(
  "stripe_events",
  { ...owned, receivedAt: time("received_at").notNull().defaultNow() },
  (table) => [primaryKey({ columns: [table.tenantId, table.id] })],
);

export type CustomerRow = typeof customers.$inferSelect;
export type PaymentMethodRow = typeof paymentMethods.$inferSelect;
export type BillingSubscriptionRow = typeof billingSubscriptions.$inferSelect;
export type PaymentRow = typeof payments.$inferSelect;
export type DisputeRow = typeof disputes.$inferSelect;
