import { authorize, parseInput } from "@mycelium/subgraph-kit";
import { and, desc, eq, notInArray } from "drizzle-orm";
import type Stripe from "stripe";
import { z } from "zod";
import type { Context } from "../context.ts";
import { customerByEmail, customerById, findCustomerAtStripe } from "../customer/find.ts";
import { type CustomerRow, type PaymentRow, payments } from "../db/tables.ts";
import { paymentErrors } from "../errors.ts";
import { storePayments } from "../sync/store.ts";

const chargeInput = z
  .object({
    orderId: z.string().min(1).max(100),
    toastGuid: z.string().max(100).nullish(),
    amount: z.int().min(50).max(99_999_999),
    currency: z
      .string()
      .regex(/^[a-z]{3}$/i)
      .nullish(),
    customerId: z.string().max(100).nullish(),
    email: z.email().nullish(),
    paymentMethodId: z.string().max(100).nullish(),
  })
  .refine(({ customerId, email }) => customerId != null || email != null, "customerId or email is needed");

/** Payments that came to nothing: the order may be charged anew. */
const failed = ["canceled", "requires_payment_method"];

/**
 * Charges an order once. A payment of the same order that is under way or done is the answer: found here, or, when this
 * was killed before it was written down, at Stripe.
 */
export async function chargeOrder(context: Context, input: unknown): Promise<PaymentRow> {
  authorize(context, "STAFF");
  const order = parseInput(chargeInput, input);
  const known = await findHere(context, order.orderId);
  const before = known ? await asItIs(context, known) : await findAtStripe(context, order.orderId);
  if (before && !failed.includes(before.status)) return before;
  const customer = await requireCustomer(context, order);
  const paymentMethod =
    order.paymentMethodId ?? customer.defaultPaymentMethodId ?? (await firstCard(context, customer));
  const intent = await context.services.stripe.call(context, (api) =>
    api.paymentIntents.create(
      {
        amount: order.amount,
        currency: (order.currency ?? "usd").toLowerCase(),
        customer: customer.id,
        payment_method: paymentMethod,
        confirm: true,
        off_session: true,
        metadata: { orderId: order.orderId, ...(order.toastGuid && { toastGuid: order.toastGuid }) },
      },
      // Another amount or card is another attempt; the same one again is the same.
      { idempotencyKey: `order:${order.orderId}:${order.amount}:${paymentMethod}` },
    ),
  );
  return store(context, intent);
}

async function findHere(context: Context, orderId: string): Promise<PaymentRow | undefined> {
  const [row] = await context.read((tx) =>
    tx
      .select()
      .from(payments)
      .where(and(eq(payments.orderId, orderId), notInArray(payments.status, failed)))
      .orderBy(desc(payments.createdAt))
      .limit(1),
  );
  return row;
}

/** Webhooks come in any order: of a payment that is under way Stripe is asked how it stands. */
async function asItIs(context: Context, known: PaymentRow): Promise<PaymentRow> {
  if (known.status === "succeeded") return known;
  return store(
    context,
    await context.services.stripe.call(context, (api) => api.paymentIntents.retrieve(known.id)),
  );
}

async function findAtStripe(context: Context, orderId: string): Promise<PaymentRow | undefined> {
  const found = await context.services.stripe.call(context, (api) =>
    api.paymentIntents.search({ query: `metadata['orderId']:'${orderId.replace(/[\\']/g, "\\$&")}'` }),
  );
  const intent = found.data.find(({ status }) => !failed.includes(status));
  return intent && (await store(context, intent));
}

async function store(context: Context, intent: Stripe.PaymentIntent): Promise<PaymentRow> {
  const [row] = await context.transact((tx) => storePayments(tx, context.caller, [intent]));
  if (!row) throw new Error("a payment was stored and not given back");
  return row;
}

interface Payer {
  customerId?: string | null | undefined;
  email?: string | null | undefined;
}

async function requireCustomer(context: Context, { customerId, email }: Payer): Promise<CustomerRow> {
  const known = customerId
    ? await customerById.load(context, customerId)
    : await customerByEmail.load(context, (email ?? "").toLowerCase());
  const customer = known ?? (await findCustomerAtStripe(context, { id: customerId, email }));
  if (!customer) throw paymentErrors.NO_CARD();
  return customer;
}

async function firstCard(context: Context, customer: CustomerRow): Promise<string> {
  const { data } = await context.services.stripe.call(context, (api) =>
    api.paymentMethods.list({ customer: customer.id, type: "card", limit: 1 }),
  );
  const [method] = data;
  if (!method) throw paymentErrors.NO_CARD();
  return method.id;
}
