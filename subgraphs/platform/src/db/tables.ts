import { sql } from "drizzle-orm";
import { bigint, jsonb, pgTable, primaryKey, text, timestamp, uuid } from "drizzle-orm/pg-core";
import type { JWK } from "jose";

const time = (name: string) => timestamp(name, { withTimezone: true });
const tenantId = () => text("tenant_id").notNull().default(sql`mycelium.tenant_id()`);
const role = () => text({ enum: ["USER", "STAFF", "ADMIN"] }).notNull();

export const tenants = pgTable("tenants", {
  id: text().primaryKey(),
  name: text().notNull(),
  plan: text({ enum: ["STANDARD", "PREMIUM", "ENTERPRISE"] })
    .notNull()
    .default("STANDARD"),
  createdAt: time("created_at").notNull().defaultNow(),
});

export const accounts = pgTable("accounts", {
  id: uuid().primaryKey().defaultRandom(),
  tenantId: tenantId(),
  email: text().notNull(),
  name: text().notNull(),
  role: role(),
  passwordHash: text("password_hash").notNull(),
  createdAt: time("created_at").notNull().defaultNow(),
  deactivatedAt: time("deactivated_at"),
});

export const refreshTokens = pgTable(
  "refresh_tokens",
  {
    hash: text().notNull(),
    tenantId: tenantId(),
    accountId: uuid("account_id").notNull(),
    family: uuid().notNull(),
    expiresAt: time("expires_at").notNull(),
    usedAt: time("used_at"),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.hash] })],
);

export const apiKeys = pgTable("api_keys", {
  id: uuid().primaryKey().defaultRandom(),
  tenantId: tenantId(),
  name: text().notNull(),
  hash: text().notNull(),
  role: role(),
  scopes: text().array().notNull(),
  createdAt: time("created_at").notNull().defaultNow(),
  expiresAt: time("expires_at"),
  revokedAt: time("revoked_at"),
});

export const auditLog = pgTable("audit_log", {
  id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
  tenantId: tenantId(),
  actor: text().notNull(),
  action: text().notNull(),
  target: text(),
  requestId: text("request_id"),
  happenedAt: time("happened_at").notNull().defaultNow(),
});

export const signingKeys = pgTable("signing_keys", {
  id: text().primaryKey(),
  publicJwk: jsonb("public_jwk").$type<JWK>().notNull(),
  createdAt: time("created_at").notNull().defaultNow(),
});

export type TenantRow = typeof tenants.$inferSelect;
export type AccountRow = typeof accounts.$inferSelect;
export type ApiKeyRow = typeof apiKeys.$inferSelect;
export type AuditRow = typeof auditLog.$inferSelect;
