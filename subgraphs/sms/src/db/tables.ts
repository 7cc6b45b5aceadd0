import { sql } from "drizzle-orm";
import { boolean, numeric, pgTable, primaryKey, text, timestamp, uuid } from "drizzle-orm/pg-core";

const time = (name: string) => timestamp(name, { withTimezone: true });
const tenantId = () => text("tenant_id").notNull().default(sql`mycelium.tenant_id()`);

export const messages = pgTable("messages", {
  id: uuid().primaryKey().defaultRandom(),
  tenantId: tenantId(),
  messageId: text("message_id"),
  provider: text().$type<ProviderName>(),
  providerId: text("provider_id"),
  sendingUntil: time("sending_until"),
  to: text("to_number").notNull(),
  from: text("from_number").notNull(),
  body: text().notNull(),
  mediaUrl: text("media_url"),
  status: text().$type<Status>().notNull(),
  direction: text().$type<Direction>().notNull(),
  price: numeric({ mode: "number" }),
  errorCode: text("error_code"),
  errorMessage: text("error_message"),
  createdAt: time("created_at").notNull().defaultNow(),
  sentAt: time("sent_at"),
  updatedAt: time("updated_at").notNull().defaultNow(),
});

export const phones = pgTable(
  "phones",
  {
    tenantId: tenantId(),
    number: text().notNull(),
    isValid: boolean("is_valid"),
    nationalFormat: text("national_format"),
    carrier: text(),
    type: text().$type<PhoneKind>(),
    lookedUpAt: time("looked_up_at"),
    optedOutAt: time("opted_out_at"),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.number] })],
);

export type ProviderName = "twilio" | "sns";
export type Direction = "INBOUND" | "OUTBOUND_API" | "OUTBOUND_CALL" | "OUTBOUND_REPLY";
export type PhoneKind = "LANDLINE" | "MOBILE" | "VOIP";
export type Status =
  | "ACCEPTED"
  | "QUEUED"
  | "SENDING"
  | "SENT"
  | "FAILED"
  | "DELIVERED"
  | "UNDELIVERED"
  | "RECEIVING"
  | "RECEIVED"
  | "READ";

export type MessageRow = typeof messages.$inferSelect;
export type PhoneRow = typeof phones.$inferSelect;
