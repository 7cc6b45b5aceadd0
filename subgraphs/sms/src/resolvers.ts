import { dateTimeScalar } from "@mycelium/subgraph-kit";
import type { Context } from "./context.ts";
import type { MessageRow, PhoneRow } from "./db/tables.ts";
import { findMessage, historyOf, listMessages } from "./message/find.ts";
import { sendSms } from "./message/send.ts";
import { sendBulkSms } from "./message/send-bulk.ts";
import { lookUpPhone, phoneByNumber } from "./phone/find.ts";
import { normalizeNumber } from "./phone/number.ts";
import type { Resolvers } from "./schema-types.ts";

interface GuestSource {
  phone: string | null;
  /** As numbers are stored. */
  number: string | null;
  known: PhoneRow | null;
}

interface Rows {
  TwilioAPI: object;
  Message: MessageRow;
  PhoneLookup: PhoneRow;
  Guest: GuestSource;
}

export const resolvers: Resolvers<Context, Rows> = {
  Query: { twilio: () => ({}) },
  Mutation: {
    sendSMS: (_, input, context) => sendSms(context, input),
    sendBulkSMS: (_, input, context) => sendBulkSms(context, input),
  },
  TwilioAPI: {
    messages: (_, input, context) => listMessages(context, input),
    message: (_, { sid }, context) => findMessage(context, sid),
    lookupPhone: (_, input, context) => lookUpPhone(context, input),
  },
  Message: {
    sid: ({ providerId, id }) => providerId ?? id,
    // Twilio has none while a message waits; the schema wants one.
    dateSent: ({ sentAt, createdAt }) => sentAt ?? createdAt,
    dateUpdated: ({ updatedAt }) => updatedAt,
  },
  PhoneLookup: {
    valid: ({ isValid }) => isValid ?? false,
    phoneNumber: ({ number }) => number,
    nationalFormat: ({ nationalFormat, number }) => nationalFormat ?? number,
    type: ({ type }) => type ?? "MOBILE",
  },
  Guest: {
    /** A guest without a phone has nulls and an empty list rather than an error. */
    __resolveReference: async ({ phone }, context) => {
      const number = phone ? normalizeNumber(phone) : null;
      return {
        phone: phone ?? null,
        number,
        known: number ? await phoneByNumber.load(context, number) : null,
      };
    },
    phoneVerified: ({ known }) => known?.isValid ?? null,
    phoneType: ({ known }) => known?.type ?? null,
    smsOptIn: ({ number, known }) => (number === null ? null : known?.optedOutAt == null),
    lastSMS: async ({ number }, _, context) =>
      number === null ? null : ((await historyOf(context, number, { limit: 1 }))[0] ?? null),
    smsHistory: ({ number }, input, context) => (number === null ? [] : historyOf(context, number, input)),
  },
  DateTime: dateTimeScalar,
};
