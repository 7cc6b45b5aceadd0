import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uuid,
} from "drizzle-orm/pg-core";

const cents = (name: string) => bigint(name, { mode: "number" });
const time = (name: string) => timestamp(name, { withTimezone: true });

/** The database fills it in from the session, and shows no other. */
const tenantId = () => text("tenant_id").notNull().default(sql`mycelium.tenant_id()`);

export const orderStatuses = ["OPEN", "CLOSED", "PAID", "VOIDED"] as const;

export const guests = pgTable("guests", {
  id: uuid().primaryKey().defaultRandom(),
  tenantId: tenantId(),
  toastId: text("toast_id").notNull(),
  email: text(),
  phone: text(),
  name: text(),
  visitCount: integer("visit_count").notNull().default(0),
  lifetimeValueCents: cents("lifetime_value_cents").notNull().default(0),
  lastVisit: time("last_visit"),
  favoriteItems: text("favorite_items").array().notNull().default([]),
  preferences: jsonb().$type<Record<string, unknown>>().notNull().default({}),
  updatedAt: time("updated_at").notNull().defaultNow(),
});

export const orders = pgTable("orders", {
  id: uuid().primaryKey().defaultRandom(),
  tenantId: tenantId(),
  toastGuid: text("toast_guid").notNull(),
  checkGuid: text("check_guid").notNull(),
  guestId: uuid("guest_id").references(() => guests.id),
  tableGuid: text("table_guid"),
  serverGuid: text("server_guid"),
  subtotalCents: cents("subtotal_cents").notNull(),
  taxCents: cents("tax_cents").notNull(),
  tipCents: cents("tip_cents"),
  totalCents: cents("total_cents").notNull(),
  status: text({ enum: orderStatuses }).notNull(),
  openedAt: time("opened_at").notNull(),
  closedAt: time("closed_at"),
  paymentId: text("payment_id"),
  modifiedAt: time("modified_at").notNull(),
});

export const orderItems = pgTable(
  "order_items",
  {
    orderId: uuid("order_id")
      .notNull()
      .references(() => orders.id, { onDelete: "cascade" }),
    position: integer().notNull(),
    name: text().notNull(),
    quantity: integer().notNull(),
    priceCents: cents("price_cents").notNull(),
    modifiers: text().array().notNull().default([]),
    category: text().notNull(),
    isAlcohol: boolean("is_alcohol").notNull(),
  },
  (table) => [primaryKey({ columns: [table.orderId, table.position] })],
);

export const syncState = pgTable("sync_state", {
  tenantId: text("tenant_id").primaryKey(),
  syncedUntil: time("synced_until").notNull(),
});

export const webhookReceipts = pgTable("webhook_receipts", {
  eventId: text("event_id").notNull(),
  receivedAt: time("received_at").notNull().defaultNow(),
});

export type GuestRow = typeof guests.$inferSelect;
export type OrderRow = typeof orders.$inferSelect;
export type OrderItemRow = typeof orderItems.$inferSelect;
