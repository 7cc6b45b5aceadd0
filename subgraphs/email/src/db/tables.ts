import { sql } from "drizzle-orm";
import { integer, jsonb, pgTable, primaryKey, text, timestamp, uuid } from "drizzle-orm/pg-core";

const time = (name: string) => timestamp(name, { withTimezone: true });
const tenantId = () => text("tenant_id").notNull().default(sql`mycelium.tenant_id()`);
const count = () => integer().notNull().default(0);

export const messages = pgTable("messages", {
  id: uuid().primaryKey().defaultRandom(),
  tenantId: tenantId(),
  messageId: text("message_id"),
  provider: text(),
  providerId: text("provider_id"),
  sendingUntil: time("sending_until"),
  recipients: text().array().notNull(),
  template: text().notNull(),
  subject: text().notNull(),
  status: text().$type<EmailStatus>().notNull(),
  errorMessage: text("error_message"),
  createdAt: time("created_at").notNull().defaultNow(),
  sentAt: time("sent_at"),
});

export const templates = pgTable(
  "templates",
  {
    tenantId: tenantId(),
    name: text().notNull(),
    subject: text().notNull(),
    html: text().notNull(),
    updatedAt: time("updated_at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.name] })],
);

export const addresses = pgTable(
  "addresses",
  {
    tenantId: tenantId(),
    address: text().notNull(),
    sent: count(),
    delivered: count(),
    opens: count(),
    clicks: count(),
    bounces: count(),
    complaints: count(),
    lastEventAt: time("last_event_at"),
    optedOutAt: time("opted_out_at"),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.address] })],
);

export const providerEvents = pgTable(
  "provider_events",
  { tenantId: tenantId(), id: text().notNull() },
  (table) => [primaryKey({ columns: [table.tenantId, table.id] })],
);

export const campaigns = pgTable("campaigns", {
  id: uuid().primaryKey().defaultRandom(),
  tenantId: tenantId(),
  name: text().notNull(),
  template: text().notNull(),
  variables: jsonb().$type<Record<string, unknown>>().notNull(),
  createdAt: time("created_at").notNull().defaultNow(),
  finishedAt: time("finished_at"),
});

export const campaignRecipients = pgTable(
  "campaign_recipients",
  {
    tenantId: tenantId(),
    campaignId: uuid("campaign_id").notNull(),
    address: text().notNull(),
    status: text().$type<"PENDING" | "SENT" | "FAILED" | "SKIPPED">().notNull().default("PENDING"),
    errorMessage: text("error_message"),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.campaignId, table.address] })],
);

export type EmailStatus = "PENDING" | "SENT" | "DELIVERED" | "BOUNCED" | "FAILED";
export type MessageRow = typeof messages.$inferSelect;
export type AddressRow = typeof addresses.$inferSelect;
export type CampaignRow = typeof campaigns.$inferSelect;
