import { sql } from "drizzle-orm";
import {
  bigint,
  integer,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uuid,
} from "drizzle-orm/pg-core";
import type { ChargedPayment, ClosedOrder } from "../dinner/peers.ts";
import type { ReceiptContent } from "../receipt/content.ts";

const time = (name: string) => timestamp(name, { withTimezone: true });
const tenantId = () => text("tenant_id").notNull().default(sql`mycelium.tenant_id()`);

export const dinners = pgTable("dinners", {
  id: uuid().primaryKey().defaultRandom(),
  tenantId: tenantId(),
  orderId: text("order_id").notNull(),
  tip: numeric({ mode: "number" }),
  receipts: text().array().$type<ReceiptKind[]>().notNull(),
  state: text().$type<"RUNNING" | "DONE" | "FAILED">().notNull().default("RUNNING"),
  runningUntil: time("running_until"),
  closed: jsonb().$type<ClosedOrder>(),
  payment: jsonb().$type<ChargedPayment>(),
  recordedAt: time("recorded_at"),
  points: integer(),
  failedStep: text("failed_step"),
  error: text(),
  createdAt: time("created_at").notNull().defaultNow(),
  finishedAt: time("finished_at"),
});

export const notifications = pgTable(
  "notifications",
  {
    tenantId: tenantId(),
    dinnerId: uuid("dinner_id").notNull(),
    type: text().$type<ReceiptKind>().notNull(),
    status: text().$type<"SENT" | "DELIVERED" | "FAILED" | "PENDING">().notNull(),
    providerId: text("provider_id"),
    error: text(),
    updatedAt: time("updated_at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.dinnerId, table.type] })],
);

export const receipts = pgTable(
  "receipts",
  {
    tenantId: tenantId(),
    dinnerId: uuid("dinner_id").notNull(),
    token: text().notNull(),
    content: jsonb().$type<ReceiptContent>().notNull(),
    expiresAt: time("expires_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.dinnerId] })],
);

export const loyaltyAccounts = pgTable(
  "loyalty_accounts",
  {
    tenantId: tenantId(),
    guestKey: text("guest_key").notNull(),
    points: bigint({ mode: "number" }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.guestKey] })],
);

export const loyaltyLedger = pgTable(
  "loyalty_ledger",
  {
    tenantId: tenantId(),
    orderId: text("order_id").notNull(),
    guestKey: text("guest_key").notNull(),
    points: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.orderId] })],
);

export type ReceiptKind = "EMAIL" | "SMS";
export type DinnerRow = typeof dinners.$inferSelect;
export type NotificationRow = typeof notifications.$inferSelect;
