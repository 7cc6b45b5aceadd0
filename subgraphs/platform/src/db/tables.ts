import { pgTable, text, timestamp } from "drizzle-orm/pg-core";

export const tenants = pgTable("tenants", {
  id: text().primaryKey(),
  name: text().notNull(),
  plan: text({ enum: ["STANDARD", "PREMIUM", "ENTERPRISE"] })
    .notNull()
    .default("STANDARD"),
  createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
});

export type TenantRow = typeof tenants.$inferSelect;
