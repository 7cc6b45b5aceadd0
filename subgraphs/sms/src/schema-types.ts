// Written by `npm run codegen` from schema.graphql.
import type { Eventually, ReferencesResolver, Resolver, SourceOf } from "@mycelium/subgraph-kit";
import type { GraphQLScalarType } from "graphql";

export type MessageStatus = "ACCEPTED" | "QUEUED" | "SENDING" | "SENT" | "FAILED" | "DELIVERED" | "UNDELIVERED" | "RECEIVING" | "RECEIVED" | "READ";

export type MessageDirection = "INBOUND" | "OUTBOUND_API" | "OUTBOUND_CALL" | "OUTBOUND_REPLY";

export type PhoneType = "LANDLINE" | "MOBILE" | "VOIP";

export interface GuestReference {
  __typename: "Guest";
  phone: string | null;
}

export interface Sources {
  Query: unknown;
  Mutation: unknown;
  TwilioAPI: {
    messages?: readonly (Sources["Message"] | Error)[];
    message?: Sources["Message"] | null | undefined;
    lookupPhone?: Sources["PhoneLookup"] | null | undefined;
  };
  Message: {
    sid: string;
    to: string;
    from: string;
    body: string;
    status: MessageStatus;
    direction: MessageDirection;
    price?: number | null | undefined;
    errorCode?: string | null | undefined;
    errorMessage?: string | null | undefined;
    dateSent: Date | string;
    dateUpdated: Date | string;
  };
  Guest: {
    phone?: string | null | undefined;
    phoneVerified?: boolean | null | undefined;
    phoneType?: PhoneType | null | undefined;
    smsOptIn?: boolean | null | undefined;
    lastSMS?: Sources["Message"] | null | undefined;
    smsHistory?: readonly (Sources["Message"] | Error)[];
  };
  PhoneLookup: {
    valid: boolean;
    phoneNumber: string;
    nationalFormat: string;
    carrier?: string | null | undefined;
    type: PhoneType;
  };
}

export interface Resolvers<Context, Own = object> {
  DateTime?: GraphQLScalarType;
  Query?: {
    twilio?: Resolver<SourceOf<"Query", Own, Sources>, object, Context, SourceOf<"TwilioAPI", Own, Sources> | null | undefined>;
  };
  Mutation?: {
    sendSMS?: Resolver<SourceOf<"Mutation", Own, Sources>, { to: string; message: string; mediaUrl?: string | null; messageId?: string | null; }, Context, SourceOf<"Message", Own, Sources>>;
    sendBulkSMS?: Resolver<SourceOf<"Mutation", Own, Sources>, { recipients: readonly (string)[]; message: string; }, Context, readonly (SourceOf<"Message", Own, Sources> | Error)[]>;
  };
  TwilioAPI?: {
    messages?: Resolver<SourceOf<"TwilioAPI", Own, Sources>, { to?: string | null; from?: string | null; limit: number | null; }, Context, readonly (SourceOf<"Message", Own, Sources> | Error)[]>;
    message?: Resolver<SourceOf<"TwilioAPI", Own, Sources>, { sid: string; }, Context, SourceOf<"Message", Own, Sources> | null | undefined>;
    lookupPhone?: Resolver<SourceOf<"TwilioAPI", Own, Sources>, { number: string; }, Context, SourceOf<"PhoneLookup", Own, Sources> | null | undefined>;
  };
  Message?: {
    sid?: Resolver<SourceOf<"Message", Own, Sources>, object, Context, string>;
    to?: Resolver<SourceOf<"Message", Own, Sources>, object, Context, string>;
    from?: Resolver<SourceOf<"Message", Own, Sources>, object, Context, string>;
    body?: Resolver<SourceOf<"Message", Own, Sources>, object, Context, string>;
    status?: Resolver<SourceOf<"Message", Own, Sources>, object, Context, MessageStatus>;
    direction?: Resolver<SourceOf<"Message", Own, Sources>, object, Context, MessageDirection>;
    price?: Resolver<SourceOf<"Message", Own, Sources>, object, Context, number | null | undefined>;
    errorCode?: Resolver<SourceOf<"Message", Own, Sources>, object, Context, string | null | undefined>;
    errorMessage?: Resolver<SourceOf<"Message", Own, Sources>, object, Context, string | null | undefined>;
    dateSent?: Resolver<SourceOf<"Message", Own, Sources>, object, Context, Date | string>;
    dateUpdated?: Resolver<SourceOf<"Message", Own, Sources>, object, Context, Date | string>;
  };
  Guest?: {
    __resolveReferences?: ReferencesResolver<GuestReference, Context, SourceOf<"Guest", Own, Sources>>;
    __resolveReference?: (reference: GuestReference, context: Context) => Eventually<SourceOf<"Guest", Own, Sources> | null | undefined>;
    phone?: Resolver<SourceOf<"Guest", Own, Sources>, object, Context, string | null | undefined>;
    phoneVerified?: Resolver<SourceOf<"Guest", Own, Sources>, object, Context, boolean | null | undefined>;
    phoneType?: Resolver<SourceOf<"Guest", Own, Sources>, object, Context, PhoneType | null | undefined>;
    smsOptIn?: Resolver<SourceOf<"Guest", Own, Sources>, object, Context, boolean | null | undefined>;
    lastSMS?: Resolver<SourceOf<"Guest", Own, Sources>, object, Context, SourceOf<"Message", Own, Sources> | null | undefined>;
    smsHistory?: Resolver<SourceOf<"Guest", Own, Sources>, { limit: number | null; }, Context, readonly (SourceOf<"Message", Own, Sources> | Error)[]>;
  };
  PhoneLookup?: {
    valid?: Resolver<SourceOf<"PhoneLookup", Own, Sources>, object, Context, boolean>;
    phoneNumber?: Resolver<SourceOf<"PhoneLookup", Own, Sources>, object, Context, string>;
    nationalFormat?: Resolver<SourceOf<"PhoneLookup", Own, Sources>, object, Context, string>;
    carrier?: Resolver<SourceOf<"PhoneLookup", Own, Sources>, object, Context, string | null | undefined>;
    type?: Resolver<SourceOf<"PhoneLookup", Own, Sources>, object, Context, PhoneType>;
  };
}
