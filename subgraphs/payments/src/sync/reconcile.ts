import type Stripe from "stripe";
import type { Context } from "../context.ts";
import {
  storeCustomers,
  storePaymentMethods,
  storePayments,
  storeRefunds,
  storeSubscriptions,
} from "./store.ts";

const pageSize = 100;

/** Copies everything of a tenant's account: what webhooks missed is here afterwards. Safe to break off and repeat. */
export async function reconcile(context: Context): Promise<{ customers: number; payments: number }> {
  const { stripe } = context.services;
  const source = context.caller;
  const customers = await stripe.call(context, (api) => collect(api.customers.list({ limit: pageSize })));
  await inPages(customers, (page) => context.transact((tx) => storeCustomers(tx, page)));
  for (const { id } of customers) {
    const methods = await stripe.call(context, (api) =>
      collect(api.paymentMethods.list({ customer: id, limit: pageSize })),
    );
    await context.transact((tx) => storePaymentMethods(tx, methods));
  }
  const subscriptions = await stripe.call(context, (api) =>
    collect(api.subscriptions.list({ status: "all", limit: pageSize })),
  );
  await inPages(subscriptions, (page) => context.transact((tx) => storeSubscriptions(tx, page)));
  const intents = await stripe.call(context, (api) => collect(api.paymentIntents.list({ limit: pageSize })));
  await inPages(intents, (page) => context.transact((tx) => storePayments(tx, source, page)));
  const refunds = await stripe.call(context, (api) => collect(api.refunds.list({ limit: pageSize })));
  await inPages(refunds, (page) => context.transact((tx) => storeRefunds(tx, source, page)));
  return { customers: customers.length, payments: intents.length };
}

async function collect<T extends { id: string }>(list: Stripe.ApiListPromise<T>): Promise<T[]> {
  return list.autoPagingToArray({ limit: 10_000 });
}

async function inPages<T>(
  items: readonly T[],
  store: (page: readonly T[]) => Promise<unknown>,
): Promise<void> {
  for (let start = 0; start < items.length; start += pageSize)
    await store(items.slice(start, start + pageSize));
}
