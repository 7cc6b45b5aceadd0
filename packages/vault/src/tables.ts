import { sql } from "drizzle-orm";
import { bigint, integer, pgTable, primaryKey, text, timestamp } from "drizzle-orm/pg-core";

const tenantId = () => text("tenant_id").notNull().default(sql`mycelium.tenant_id()`);

export const secrets = pgTable(
  "secrets",
  {
    tenantId: tenantId(),
    name: text().notNull(),
    version: integer().notNull().default(1),
    keyId: text("key_id").notNull(),
    sealed: text().notNull(),
    updatedAt: timestamp("updated_at", { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.name] })],
);

export const accessLog = pgTable("access_log", {
  id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
  tenantId: tenantId(),
  name: text().notNull(),
  action: text({ enum: ["read", "write", "delete", "rewrap", "denied"] }).notNull(),
  reader: text().notNull(),
  userId: text("user_id"),
  requestId: text("request_id"),
  happenedAt: timestamp("happened_at", { withTimezone: true }).notNull().defaultNow(),
});
