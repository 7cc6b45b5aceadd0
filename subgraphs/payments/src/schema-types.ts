// Written by `npm run codegen` from schema.graphql.
import type { Eventually, ReferencesResolver, Resolver, SourceOf } from "@mycelium/subgraph-kit";
import type { GraphQLScalarType } from "graphql";

export interface ChargeOrderInput {
  orderId: string;
  toastGuid?: string | null;
  amount: number;
  currency: string | null;
  customerId?: string | null;
  email?: string | null;
  paymentMethodId?: string | null;
}

export type PaymentStatus = "REQUIRES_PAYMENT_METHOD" | "REQUIRES_CONFIRMATION" | "REQUIRES_ACTION" | "PROCESSING" | "SUCCEEDED" | "REQUIRES_CAPTURE" | "CANCELED";

export type SubscriptionStatus = "INCOMPLETE" | "INCOMPLETE_EXPIRED" | "TRIALING" | "ACTIVE" | "PAST_DUE" | "CANCELED" | "UNPAID" | "PAUSED";

export type PaymentMethodType = "CARD" | "US_BANK_ACCOUNT" | "SEPA_DEBIT" | "LINK" | "OTHER";

export interface PaymentReference {
  __typename: "Payment";
  id: string;
}

export interface CustomerReference {
  __typename: "Customer";
  id?: string;
  email?: string | null;
}

export interface GuestReference {
  __typename: "Guest";
  email: string | null;
}

export interface OrderReference {
  __typename: "Order";
  id: string;
  paymentId?: unknown;
}

export interface Sources {
  Query: unknown;
  Mutation: unknown;
  StripeAPI: {
    customers?: readonly (Sources["Customer"] | Error)[];
    customer?: Sources["Customer"] | null | undefined;
    payments?: readonly (Sources["Payment"] | Error)[];
    payment?: Sources["Payment"] | null | undefined;
    subscriptions?: readonly (Sources["BillingSubscription"] | Error)[];
  };
  Payment: {
    id: string | number;
    amount: number;
    refunded: number;
    currency: string;
    status: PaymentStatus;
    customer?: Sources["Customer"] | null | undefined;
    paymentMethod?: Sources["PaymentMethod"] | null | undefined;
    metadata?: unknown | null | undefined;
    orderId?: string | number | null | undefined;
    disputes?: readonly (Sources["Dispute"] | Error)[];
    created: Date | string;
    updated: Date | string;
  };
  Dispute: {
    id: string | number;
    amount: number;
    reason: string;
    status: string;
    created: Date | string;
  };
  Customer: {
    id: string | number;
    email?: string | null | undefined;
    name?: string | null | undefined;
    phone?: string | null | undefined;
    defaultPaymentMethod?: Sources["PaymentMethod"] | null | undefined;
    paymentMethods?: readonly (Sources["PaymentMethod"] | Error)[];
    subscriptions?: readonly (Sources["BillingSubscription"] | Error)[];
  };
  Guest: {
    email?: string | null | undefined;
    stripeCustomer?: Sources["Customer"] | null | undefined;
    paymentMethods?: readonly (Sources["PaymentMethod"] | Error)[];
    activeSubscriptions?: readonly (Sources["BillingSubscription"] | Error)[];
    totalSpent: number;
  };
  Order: {
    id: string | number;
    paymentId?: string | number | null | undefined;
    payment?: Sources["Payment"] | null | undefined;
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
    stripe?: Resolver<SourceOf<"Query", Own, Sources>, object, Context, SourceOf<"StripeAPI", Own, Sources> | null | undefined>;
  };
  Mutation?: {
    chargeOrder?: Resolver<SourceOf<"Mutation", Own, Sources>, { input: ChargeOrderInput; }, Context, SourceOf<"Payment", Own, Sources>>;
    refundPayment?: Resolver<SourceOf<"Mutation", Own, Sources>, { id: string; amount?: number | null; reason?: string | null; }, Context, SourceOf<"Payment", Own, Sources>>;
  };
  StripeAPI?: {
    customers?: Resolver<SourceOf<"StripeAPI", Own, Sources>, { email?: string | null; limit: number | null; }, Context, readonly (SourceOf<"Customer", Own, Sources> | Error)[]>;
    customer?: Resolver<SourceOf<"StripeAPI", Own, Sources>, { id: string; }, Context, SourceOf<"Customer", Own, Sources> | null | undefined>;
    payments?: Resolver<SourceOf<"StripeAPI", Own, Sources>, { limit: number | null; }, Context, readonly (SourceOf<"Payment", Own, Sources> | Error)[]>;
    payment?: Resolver<SourceOf<"StripeAPI", Own, Sources>, { id: string; }, Context, SourceOf<"Payment", Own, Sources> | null | undefined>;
    subscriptions?: Resolver<SourceOf<"StripeAPI", Own, Sources>, { status?: SubscriptionStatus | null; }, Context, readonly (SourceOf<"BillingSubscription", Own, Sources> | Error)[]>;
  };
  Payment?: {
    __resolveReferences?: ReferencesResolver<PaymentReference, Context, SourceOf<"Payment", Own, Sources>>;
    __resolveReference?: (reference: PaymentReference, context: Context) => Eventually<SourceOf<"Payment", Own, Sources> | null | undefined>;
    id?: Resolver<SourceOf<"Payment", Own, Sources>, object, Context, string | number>;
    amount?: Resolver<SourceOf<"Payment", Own, Sources>, object, Context, number>;
    refunded?: Resolver<SourceOf<"Payment", Own, Sources>, object, Context, number>;
    currency?: Resolver<SourceOf<"Payment", Own, Sources>, object, Context, string>;
    status?: Resolver<SourceOf<"Payment", Own, Sources>, object, Context, PaymentStatus>;
    customer?: Resolver<SourceOf<"Payment", Own, Sources>, object, Context, SourceOf<"Customer", Own, Sources> | null | undefined>;
    paymentMethod?: Resolver<SourceOf<"Payment", Own, Sources>, object, Context, SourceOf<"PaymentMethod", Own, Sources> | null | undefined>;
    metadata?: Resolver<SourceOf<"Payment", Own, Sources>, object, Context, unknown | null | undefined>;
    orderId?: Resolver<SourceOf<"Payment", Own, Sources>, object, Context, string | number | null | undefined>;
    disputes?: Resolver<SourceOf<"Payment", Own, Sources>, object, Context, readonly (SourceOf<"Dispute", Own, Sources> | Error)[]>;
    created?: Resolver<SourceOf<"Payment", Own, Sources>, object, Context, Date | string>;
    updated?: Resolver<SourceOf<"Payment", Own, Sources>, object, Context, Date | string>;
  };
  Dispute?: {
    id?: Resolver<SourceOf<"Dispute", Own, Sources>, object, Context, string | number>;
    amount?: Resolver<SourceOf<"Dispute", Own, Sources>, object, Context, number>;
    reason?: Resolver<SourceOf<"Dispute", Own, Sources>, object, Context, string>;
    status?: Resolver<SourceOf<"Dispute", Own, Sources>, object, Context, string>;
    created?: Resolver<SourceOf<"Dispute", Own, Sources>, object, Context, Date | string>;
  };
  Customer?: {
    __resolveReferences?: ReferencesResolver<CustomerReference, Context, SourceOf<"Customer", Own, Sources>>;
    __resolveReference?: (reference: CustomerReference, context: Context) => Eventually<SourceOf<"Customer", Own, Sources> | null | undefined>;
    id?: Resolver<SourceOf<"Customer", Own, Sources>, object, Context, string | number>;
    email?: Resolver<SourceOf<"Customer", Own, Sources>, object, Context, string | null | undefined>;
    name?: Resolver<SourceOf<"Customer", Own, Sources>, object, Context, string | null | undefined>;
    phone?: Resolver<SourceOf<"Customer", Own, Sources>, object, Context, string | null | undefined>;
    defaultPaymentMethod?: Resolver<SourceOf<"Customer", Own, Sources>, object, Context, SourceOf<"PaymentMethod", Own, Sources> | null | undefined>;
    paymentMethods?: Resolver<SourceOf<"Customer", Own, Sources>, object, Context, readonly (SourceOf<"PaymentMethod", Own, Sources> | Error)[]>;
    subscriptions?: Resolver<SourceOf<"Customer", Own, Sources>, object, Context, readonly (SourceOf<"BillingSubscription", Own, Sources> | Error)[]>;
  };
  Guest?: {
    __resolveReferences?: ReferencesResolver<GuestReference, Context, SourceOf<"Guest", Own, Sources>>;
    __resolveReference?: (reference: GuestReference, context: Context) => Eventually<SourceOf<"Guest", Own, Sources> | null | undefined>;
    email?: Resolver<SourceOf<"Guest", Own, Sources>, object, Context, string | null | undefined>;
    stripeCustomer?: Resolver<SourceOf<"Guest", Own, Sources>, object, Context, SourceOf<"Customer", Own, Sources> | null | undefined>;
    paymentMethods?: Resolver<SourceOf<"Guest", Own, Sources>, object, Context, readonly (SourceOf<"PaymentMethod", Own, Sources> | Error)[]>;
    activeSubscriptions?: Resolver<SourceOf<"Guest", Own, Sources>, object, Context, readonly (SourceOf<"BillingSubscription", Own, Sources> | Error)[]>;
    totalSpent?: Resolver<SourceOf<"Guest", Own, Sources>, object, Context, number>;
  };
  Order?: {
    __resolveReferences?: ReferencesResolver<OrderReference, Context, SourceOf<"Order", Own, Sources>>;
    __resolveReference?: (reference: OrderReference, context: Context) => Eventually<SourceOf<"Order", Own, Sources> | null | undefined>;
    id?: Resolver<SourceOf<"Order", Own, Sources>, object, Context, string | number>;
    paymentId?: Resolver<SourceOf<"Order", Own, Sources>, object, Context, string | number | null | undefined>;
    payment?: Resolver<SourceOf<"Order", Own, Sources>, object, Context, SourceOf<"Payment", Own, Sources> | null | undefined>;
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
