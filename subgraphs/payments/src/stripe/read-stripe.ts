import type Stripe from "stripe";
import type {
  billingSubscriptions,
  customers,
  disputes,
  paymentMethods,
  payments,
  refunds,
} from "../db/tables.ts";

const time = (seconds: number) => new Date(seconds * 1_000);
const idOf = (value: string | { id: string } | null | undefined): string | null =>
  typeof value === "string" ? value : (value?.id ?? null);

export function readCustomer(customer: Stripe.Customer): typeof customers.$inferInsert {
  return {
    id: customer.id,
    email: customer.email,
    name: customer.name ?? null,
    phone: customer.phone ?? null,
    defaultPaymentMethodId: idOf(customer.invoice_settings?.default_payment_method),
    createdAt: time(customer.created),
  };
}

/** Undefined for one that belongs to nobody. */
export function readPaymentMethod(
  method: Stripe.PaymentMethod,
): typeof paymentMethods.$inferInsert | undefined {
  const customerId = idOf(method.customer);
  if (customerId === null) return undefined;
  const { card } = method;
  return {
    id: method.id,
    customerId,
    type: method.type,
    brand: card?.brand ?? null,
    last4: card?.last4 ?? null,
    expMonth: card?.exp_month ?? null,
    expYear: card?.exp_year ?? null,
    country: card?.country ?? null,
    createdAt: time(method.created),
  };
}

export function readPayment(intent: Stripe.PaymentIntent): typeof payments.$inferInsert {
  return {
    id: intent.id,
    amountCents: intent.amount,
    currency: intent.currency,
    status: intent.status,
    customerId: idOf(intent.customer),
    paymentMethodId: idOf(intent.payment_method),
    metadata: intent.metadata,
    createdAt: time(intent.created),
  };
}

/** Stripe keeps the period on the items, which end together. */
export function readSubscription(
  subscription: Stripe.Subscription,
): typeof billingSubscriptions.$inferInsert {
  const items = subscription.items.data;
  const starts = items.map((item) => item.current_period_start);
  const ends = items.map((item) => item.current_period_end);
  return {
    id: subscription.id,
    customerId: idOf(subscription.customer) ?? "",
    status: subscription.status,
    items: items.map(({ id, price, quantity }) => ({
      id,
      priceId: price.id,
      productName: typeof price.product === "object" && "name" in price.product ? price.product.name : null,
      quantity: quantity ?? 1,
      unitAmount: price.unit_amount,
    })),
    periodStart: time(Math.min(...starts, subscription.created)),
    periodEnd: time(Math.max(...ends, subscription.created)),
  };
}

export function readRefund(refund: Stripe.Refund): typeof refunds.$inferInsert {
  return {
    id: refund.id,
    paymentId: idOf(refund.payment_intent) ?? "",
    amountCents: refund.amount,
    status: refund.status ?? "pending",
    reason: refund.reason,
    createdAt: time(refund.created),
  };
}

export function readDispute(dispute: Stripe.Dispute): typeof disputes.$inferInsert {
  return {
    id: dispute.id,
    paymentId: idOf(dispute.payment_intent) ?? "",
    amountCents: dispute.amount,
    status: dispute.status,
    reason: dispute.reason,
    createdAt: time(dispute.created),
  };
}
