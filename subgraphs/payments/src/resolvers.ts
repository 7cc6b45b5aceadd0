import { dateTimeScalar, jsonScalar } from "@mycelium/subgraph-kit";
import type { Context } from "./context.ts";
import {
  customerByEmail,
  customerById,
  listCustomers,
  listSubscriptions,
  methodsOfCustomer,
  spentByCustomer,
  subscriptionsOfCustomer,
} from "./customer/find.ts";
import type {
  BillingSubscriptionRow,
  CustomerRow,
  DisputeRow,
  PaymentMethodRow,
  PaymentRow,
} from "./db/tables.ts";
import { chargeOrder } from "./payment/charge-order.ts";
import { disputesOfPayment, findPayment, listPayments, paymentById } from "./payment/find.ts";
import { refundPayment } from "./payment/refund.ts";
import type { PaymentMethodType, PaymentStatus, Resolvers, SubscriptionStatus } from "./schema-types.ts";

interface GuestSource {
  email: string | null;
  customer: CustomerRow | null;
}

interface Rows {
  StripeAPI: object;
  Payment: PaymentRow;
  Dispute: DisputeRow;
  Customer: CustomerRow;
  Guest: GuestSource;
  Order: { id: string; paymentId?: string | null };
  PaymentMethod: PaymentMethodRow;
  BillingSubscription: BillingSubscriptionRow;
}

const methodTypes: readonly string[] = ["CARD", "US_BANK_ACCOUNT", "SEPA_DEBIT", "LINK"];

export const resolvers: Resolvers<Context, Rows> = {
  Query: { stripe: () => ({}) },
  Mutation: {
    chargeOrder: (_, { input }, context) => chargeOrder(context, input),
    refundPayment: (_, input, context) => refundPayment(context, input),
  },
  StripeAPI: {
    customers: (_, input, context) => listCustomers(context, input),
    customer: (_, { id }, context) => customerById.load(context, id),
    payments: (_, input, context) => listPayments(context, input),
    payment: (_, { id }, context) => findPayment(context, id),
    subscriptions: (_, { status }, context) => listSubscriptions(context, status),
  },
  Payment: {
    __resolveReference: ({ id }, context) => findPayment(context, id),
    amount: ({ amountCents }) => amountCents,
    refunded: ({ refundedCents }) => refundedCents,
    status: ({ status }) => status.toUpperCase() as PaymentStatus,
    customer: ({ customerId }, _, context) =>
      customerId === null ? null : customerById.load(context, customerId),
    paymentMethod: async ({ customerId, paymentMethodId }, _, context) => {
      if (customerId === null || paymentMethodId === null) return null;
      const methods = await methodsOfCustomer.load(context, customerId);
      return methods.find(({ id }) => id === paymentMethodId) ?? null;
    },
    disputes: ({ id }, _, context) => disputesOfPayment.load(context, id),
    created: ({ createdAt }) => createdAt,
    updated: ({ updatedAt }) => updatedAt,
  },
  Dispute: { amount: ({ amountCents }) => amountCents, created: ({ createdAt }) => createdAt },
  Customer: {
    __resolveReference: ({ id, email }, context) =>
      id !== undefined
        ? customerById.load(context, id)
        : email
          ? customerByEmail.load(context, email.toLowerCase())
          : null,
    defaultPaymentMethod: async ({ id, defaultPaymentMethodId }, _, context) => {
      const methods = await methodsOfCustomer.load(context, id);
      return methods.find((method) => method.id === defaultPaymentMethodId) ?? null;
    },
    paymentMethods: ({ id }, _, context) => methodsOfCustomer.load(context, id),
    subscriptions: ({ id }, _, context) => subscriptionsOfCustomer.load(context, id),
  },
  Guest: {
    /** A guest without an e-mail has no customer, and empty lists rather than an error. */
    __resolveReference: async ({ email }, context) => ({
      email: email ?? null,
      customer: email ? await customerByEmail.load(context, email.toLowerCase()) : null,
    }),
    stripeCustomer: ({ customer }) => customer,
    paymentMethods: ({ customer }, _, context) =>
      customer ? methodsOfCustomer.load(context, customer.id) : [],
    activeSubscriptions: async ({ customer }, _, context) => {
      const all = customer ? await subscriptionsOfCustomer.load(context, customer.id) : [];
      return all.filter(({ status }) => status === "active" || status === "trialing");
    },
    totalSpent: async ({ customer }, _, context) =>
      customer ? (await spentByCustomer.load(context, customer.id)) / 100 : 0,
  },
  Order: {
    // What is required of an order comes with the reference.
    __resolveReference: ({ id, ...required }) => ({ id, ...(required as { paymentId?: string | null }) }),
    payment: ({ paymentId }, _, context) => (paymentId ? paymentById.load(context, paymentId) : null),
  },
  PaymentMethod: {
    type: ({ type }) => {
      const name = type.toUpperCase();
      return (methodTypes.includes(name) ? name : "OTHER") as PaymentMethodType;
    },
    card: ({ brand, last4, expMonth, expYear, country }) =>
      brand === null || last4 === null || expMonth === null || expYear === null
        ? null
        : { brand, last4, expMonth, expYear, country },
    isDefault: async ({ id, customerId }, _, context) =>
      (await customerById.load(context, customerId))?.defaultPaymentMethodId === id,
  },
  BillingSubscription: {
    status: ({ status }) => status.toUpperCase() as SubscriptionStatus,
    currentPeriodStart: ({ periodStart }) => periodStart,
    currentPeriodEnd: ({ periodEnd }) => periodEnd,
  },
  DateTime: dateTimeScalar,
  JSON: jsonScalar,
};
