// Written by `npm run codegen` from schema.graphql.
import type { Eventually, ReferencesResolver, Resolver, SourceOf } from "@mycelium/subgraph-kit";
import type { GraphQLScalarType } from "graphql";

export type ReceiptMethod = "EMAIL" | "SMS" | "BOTH";

export type NotificationType = "SMS" | "EMAIL" | "PUSH";

export type NotificationStatus = "SENT" | "DELIVERED" | "FAILED" | "PENDING";

export type GuestSegment = "NEW" | "OCCASIONAL" | "REGULAR" | "VIP" | "LAPSED";

export type PhoneType = "LANDLINE" | "MOBILE" | "VOIP";

export type SubscriptionStatus = "INCOMPLETE" | "INCOMPLETE_EXPIRED" | "TRIALING" | "ACTIVE" | "PAST_DUE" | "CANCELED" | "UNPAID" | "PAUSED";

export type PaymentMethodType = "CARD" | "US_BANK_ACCOUNT" | "SEPA_DEBIT" | "LINK" | "OTHER";

export interface GuestReference {
  __typename: "Guest";
  email?: string | null;
  phone?: string | null;
  visitCount?: unknown;
  lifetimeValue?: unknown;
  lastVisit?: unknown;
}

export interface Sources {
  Query: unknown;
  Mutation: unknown;
  DinnerServiceResult: {
    order?: Sources["Order"] | null | undefined;
    payment?: Sources["Payment"] | null | undefined;
    notifications?: readonly (Sources["NotificationResult"] | Error)[];
    loyaltyPointsEarned?: number | null | undefined;
    success: boolean;
    errors?: readonly (string | Error)[] | null | undefined;
  };
  NotificationResult: {
    type: NotificationType;
    status: NotificationStatus;
    messageId?: string | null | undefined;
    error?: string | null | undefined;
  };
  Order: {
    id: string | number;
  };
  Payment: {
    id: string | number;
  };
  Guest: {
    email?: string | null | undefined;
    phone?: string | null | undefined;
    visitCount: number;
    lifetimeValue: number;
    lastVisit?: Date | string | null | undefined;
    loyaltyPoints: number;
    segment: GuestSegment;
  };
  UnifiedGuest: {
    email?: string | null | undefined;
    phone?: string | null | undefined;
    name?: string | null | undefined;
    visitCount: number;
    lifetimeValue: number;
    favoriteItems: readonly (string | Error)[];
    lastVisit?: Date | string | null | undefined;
    stripeCustomerId?: string | number | null | undefined;
    paymentMethods?: readonly (Sources["PaymentMethod"] | Error)[];
    subscriptions?: readonly (Sources["BillingSubscription"] | Error)[];
    phoneVerified: boolean;
    phoneType?: PhoneType | null | undefined;
    smsOptIn: boolean;
    emailOptIn: boolean;
    emailEngagement?: Sources["EmailStats"] | null | undefined;
    loyaltyPoints: number;
    segment: GuestSegment;
    preferences: unknown;
    missing: readonly (string | Error)[];
  };
  EmailStats: {
    sent: number;
    delivered: number;
    opens: number;
    clicks: number;
    bounces: number;
    complaints: number;
    lastEvent?: Date | string | null | undefined;
    optIn: boolean;
  };
  PaymentMethod: {
    id: string | number;
    type: PaymentMethodType;
    card?: Sources["CardDetails"] | null | undefined;
    isDefault: boolean;
  };
  CardDetails: {
    brand: string;
    last4: string;
    expMonth: number;
    expYear: number;
    country?: string | null | undefined;
  };
  BillingSubscription: {
    id: string | number;
    status: SubscriptionStatus;
    items?: readonly (Sources["SubscriptionItem"] | Error)[];
    currentPeriodStart: Date | string;
    currentPeriodEnd: Date | string;
  };
  SubscriptionItem: {
    id: string | number;
    priceId: string | number;
    productName?: string | null | undefined;
    quantity: number;
    unitAmount?: number | null | undefined;
  };
}

export interface Resolvers<Context, Own = object> {
  DateTime?: GraphQLScalarType;
  JSON?: GraphQLScalarType;
  Query?: {
    unifiedGuest?: Resolver<SourceOf<"Query", Own, Sources>, { email?: string | null; phone?: string | null; }, Context, SourceOf<"UnifiedGuest", Own, Sources> | null | undefined>;
    dinner?: Resolver<SourceOf<"Query", Own, Sources>, { orderId: string; }, Context, SourceOf<"DinnerServiceResult", Own, Sources> | null | undefined>;
  };
  Mutation?: {
    completeDinnerService?: Resolver<SourceOf<"Mutation", Own, Sources>, { orderId: string; tip?: number | null; sendReceipt: boolean | null; receiptMethod: ReceiptMethod | null; }, Context, SourceOf<"DinnerServiceResult", Own, Sources>>;
  };
  DinnerServiceResult?: {
    order?: Resolver<SourceOf<"DinnerServiceResult", Own, Sources>, object, Context, SourceOf<"Order", Own, Sources> | null | undefined>;
    payment?: Resolver<SourceOf<"DinnerServiceResult", Own, Sources>, object, Context, SourceOf<"Payment", Own, Sources> | null | undefined>;
    notifications?: Resolver<SourceOf<"DinnerServiceResult", Own, Sources>, object, Context, readonly (SourceOf<"NotificationResult", Own, Sources> | Error)[]>;
    loyaltyPointsEarned?: Resolver<SourceOf<"DinnerServiceResult", Own, Sources>, object, Context, number | null | undefined>;
    success?: Resolver<SourceOf<"DinnerServiceResult", Own, Sources>, object, Context, boolean>;
    errors?: Resolver<SourceOf<"DinnerServiceResult", Own, Sources>, object, Context, readonly (string | Error)[] | null | undefined>;
  };
  NotificationResult?: {
    type?: Resolver<SourceOf<"NotificationResult", Own, Sources>, object, Context, NotificationType>;
    status?: Resolver<SourceOf<"NotificationResult", Own, Sources>, object, Context, NotificationStatus>;
    messageId?: Resolver<SourceOf<"NotificationResult", Own, Sources>, object, Context, string | null | undefined>;
    error?: Resolver<SourceOf<"NotificationResult", Own, Sources>, object, Context, string | null | undefined>;
  };
  Order?: {
    id?: Resolver<SourceOf<"Order", Own, Sources>, object, Context, string | number>;
  };
  Payment?: {
    id?: Resolver<SourceOf<"Payment", Own, Sources>, object, Context, string | number>;
  };
  Guest?: {
    __resolveReferences?: ReferencesResolver<GuestReference, Context, SourceOf<"Guest", Own, Sources>>;
    __resolveReference?: (reference: GuestReference, context: Context) => Eventually<SourceOf<"Guest", Own, Sources> | null | undefined>;
    email?: Resolver<SourceOf<"Guest", Own, Sources>, object, Context, string | null | undefined>;
    phone?: Resolver<SourceOf<"Guest", Own, Sources>, object, Context, string | null | undefined>;
    visitCount?: Resolver<SourceOf<"Guest", Own, Sources>, object, Context, number>;
    lifetimeValue?: Resolver<SourceOf<"Guest", Own, Sources>, object, Context, number>;
    lastVisit?: Resolver<SourceOf<"Guest", Own, Sources>, object, Context, Date | string | null | undefined>;
    loyaltyPoints?: Resolver<SourceOf<"Guest", Own, Sources>, object, Context, number>;
    segment?: Resolver<SourceOf<"Guest", Own, Sources>, object, Context, GuestSegment>;
  };
  UnifiedGuest?: {
    email?: Resolver<SourceOf<"UnifiedGuest", Own, Sources>, object, Context, string | null | undefined>;
    phone?: Resolver<SourceOf<"UnifiedGuest", Own, Sources>, object, Context, string | null | undefined>;
    name?: Resolver<SourceOf<"UnifiedGuest", Own, Sources>, object, Context, string | null | undefined>;
    visitCount?: Resolver<SourceOf<"UnifiedGuest", Own, Sources>, object, Context, number>;
    lifetimeValue?: Resolver<SourceOf<"UnifiedGuest", Own, Sources>, object, Context, number>;
    favoriteItems?: Resolver<SourceOf<"UnifiedGuest", Own, Sources>, object, Context, readonly (string | Error)[]>;
    lastVisit?: Resolver<SourceOf<"UnifiedGuest", Own, Sources>, object, Context, Date | string | null | undefined>;
    stripeCustomerId?: Resolver<SourceOf<"UnifiedGuest", Own, Sources>, object, Context, string | number | null | undefined>;
    paymentMethods?: Resolver<SourceOf<"UnifiedGuest", Own, Sources>, object, Context, readonly (SourceOf<"PaymentMethod", Own, Sources> | Error)[]>;
    subscriptions?: Resolver<SourceOf<"UnifiedGuest", Own, Sources>, object, Context, readonly (SourceOf<"BillingSubscription", Own, Sources> | Error)[]>;
    phoneVerified?: Resolver<SourceOf<"UnifiedGuest", Own, Sources>, object, Context, boolean>;
    phoneType?: Resolver<SourceOf<"UnifiedGuest", Own, Sources>, object, Context, PhoneType | null | undefined>;
    smsOptIn?: Resolver<SourceOf<"UnifiedGuest", Own, Sources>, object, Context, boolean>;
    emailOptIn?: Resolver<SourceOf<"UnifiedGuest", Own, Sources>, object, Context, boolean>;
    emailEngagement?: Resolver<SourceOf<"UnifiedGuest", Own, Sources>, object, Context, SourceOf<"EmailStats", Own, Sources> | null | undefined>;
    loyaltyPoints?: Resolver<SourceOf<"UnifiedGuest", Own, Sources>, object, Context, number>;
    segment?: Resolver<SourceOf<"UnifiedGuest", Own, Sources>, object, Context, GuestSegment>;
    preferences?: Resolver<SourceOf<"UnifiedGuest", Own, Sources>, object, Context, unknown>;
    missing?: Resolver<SourceOf<"UnifiedGuest", Own, Sources>, object, Context, readonly (string | Error)[]>;
  };
  EmailStats?: {
    sent?: Resolver<SourceOf<"EmailStats", Own, Sources>, object, Context, number>;
    delivered?: Resolver<SourceOf<"EmailStats", Own, Sources>, object, Context, number>;
    opens?: Resolver<SourceOf<"EmailStats", Own, Sources>, object, Context, number>;
    clicks?: Resolver<SourceOf<"EmailStats", Own, Sources>, object, Context, number>;
    bounces?: Resolver<SourceOf<"EmailStats", Own, Sources>, object, Context, number>;
    complaints?: Resolver<SourceOf<"EmailStats", Own, Sources>, object, Context, number>;
    lastEvent?: Resolver<SourceOf<"EmailStats", Own, Sources>, object, Context, Date | string | null | undefined>;
    optIn?: Resolver<SourceOf<"EmailStats", Own, Sources>, object, Context, boolean>;
  };
  PaymentMethod?: {
    id?: Resolver<SourceOf<"PaymentMethod", Own, Sources>, object, Context, string | number>;
    type?: Resolver<SourceOf<"PaymentMethod", Own, Sources>, object, Context, PaymentMethodType>;
    card?: Resolver<SourceOf<"PaymentMethod", Own, Sources>, object, Context, SourceOf<"CardDetails", Own, Sources> | null | undefined>;
    isDefault?: Resolver<SourceOf<"PaymentMethod", Own, Sources>, object, Context, boolean>;
  };
  CardDetails?: {
    brand?: Resolver<SourceOf<"CardDetails", Own, Sources>, object, Context, string>;
    last4?: Resolver<SourceOf<"CardDetails", Own, Sources>, object, Context, string>;
    expMonth?: Resolver<SourceOf<"CardDetails", Own, Sources>, object, Context, number>;
    expYear?: Resolver<SourceOf<"CardDetails", Own, Sources>, object, Context, number>;
    country?: Resolver<SourceOf<"CardDetails", Own, Sources>, object, Context, string | null | undefined>;
  };
  BillingSubscription?: {
    id?: Resolver<SourceOf<"BillingSubscription", Own, Sources>, object, Context, string | number>;
    status?: Resolver<SourceOf<"BillingSubscription", Own, Sources>, object, Context, SubscriptionStatus>;
    items?: Resolver<SourceOf<"BillingSubscription", Own, Sources>, object, Context, readonly (SourceOf<"SubscriptionItem", Own, Sources> | Error)[]>;
    currentPeriodStart?: Resolver<SourceOf<"BillingSubscription", Own, Sources>, object, Context, Date | string>;
    currentPeriodEnd?: Resolver<SourceOf<"BillingSubscription", Own, Sources>, object, Context, Date | string>;
  };
  SubscriptionItem?: {
    id?: Resolver<SourceOf<"SubscriptionItem", Own, Sources>, object, Context, string | number>;
    priceId?: Resolver<SourceOf<"SubscriptionItem", Own, Sources>, object, Context, string | number>;
    productName?: Resolver<SourceOf<"SubscriptionItem", Own, Sources>, object, Context, string | null | undefined>;
    quantity?: Resolver<SourceOf<"SubscriptionItem", Own, Sources>, object, Context, number>;
    unitAmount?: Resolver<SourceOf<"SubscriptionItem", Own, Sources>, object, Context, number | null | undefined>;
  };
}
