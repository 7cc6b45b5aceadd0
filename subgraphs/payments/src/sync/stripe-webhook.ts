import { connectorErrors } from "@mycelium/connectors";
import type { Transaction } from "@mycelium/database";
import { sql } from "drizzle-orm";
import Stripe from "stripe";
import type { Context } from "../context.ts";
import type * as tables from "../db/tables.ts";
import { stripeEvents } from "../db/tables.ts";
import {
  forgetPaymentMethod,
  storeCustomers,
  storeDispute,
  storeNewCustomer,
  storePaymentMethods,
  storePayments,
  storeRefunds,
  storeSubscriptions,
} from "./store.ts";

export interface StripeWebhook {
  body: string;
  signature: string | null;
}

/** Stripe tells what happened. Believed only when signed with the tenant's secret, new, and not known yet. */
export async function takeStripeEvent(
  context: Context,
  { body, signature }: StripeWebhook,
): Promise<"taken" | "known"> {
  const credentials = await context.services.credentials.find(context.caller.tenantId, "stripe");
  const secret = credentials?.webhookSecret;
  if (secret === undefined || signature === null) throw connectorErrors.BAD_SIGNATURE();
  const event = await Stripe.webhooks.constructEventAsync(body, signature, secret).catch(() => {
    throw connectorErrors.BAD_SIGNATURE();
  });
  return context.transact(async (tx) => {
    const { rowCount } = await tx.execute(
      sql`INSERT INTO ${stripeEvents} (id) VALUES (${event.id}) ON CONFLICT DO NOTHING`,
    );
    if (!rowCount) return "known";
    await apply(tx, context, event);
    return "taken";
  });
}

async function apply(
  tx: Transaction<typeof tables>,
  { caller, log }: Context,
  event: Stripe.Event,
): Promise<void> {
  switch (event.type) {
    case "customer.created":
      return storeNewCustomer(tx, event.data.object);
    case "customer.updated":
      return storeCustomers(tx, [event.data.object]);
    case "payment_method.attached":
    case "payment_method.updated":
      return storePaymentMethods(tx, [event.data.object]);
    case "payment_method.detached":
      return forgetPaymentMethod(tx, event.data.object.id);
    case "payment_intent.created":
    case "payment_intent.processing":
    case "payment_intent.succeeded":
    case "payment_intent.canceled":
    case "payment_intent.payment_failed":
    case "payment_intent.requires_action":
    case "payment_intent.amount_capturable_updated":
      await storePayments(tx, caller, [event.data.object]);
      return;
    case "refund.created":
    case "refund.updated":
    case "refund.failed":
      return storeRefunds(tx, caller, [event.data.object]);
    case "charge.dispute.created":
    case "charge.dispute.updated":
    case "charge.dispute.closed":
      return storeDispute(tx, caller, event.data.object);
    case "customer.subscription.created":
    case "customer.subscription.updated":
    case "customer.subscription.deleted":
    case "customer.subscription.paused":
    case "customer.subscription.resumed":
      return storeSubscriptions(tx, [event.data.object]);
    default:
      log.debug({ type: event.type }, "an event of Stripe that changes nothing here");
  }
}
