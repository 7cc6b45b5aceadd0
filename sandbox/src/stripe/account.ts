import { Collection } from "../core/collection.ts";
import type {
  Charge,
  Customer,
  Dispute,
  PaymentIntent,
  PaymentMethod,
  Refund,
  StripeEvent,
  StripeObject,
  Subscription,
  WebhookEndpoint,
} from "./objects.ts";

/** One Stripe account: what its keys can see. */
export class StripeAccount {
  readonly customers = new Collection<Customer>();
  readonly paymentMethods = new Collection<PaymentMethod>();
  readonly paymentIntents = new Collection<PaymentIntent>();
  readonly charges = new Collection<Charge>();
  readonly refunds = new Collection<Refund>();
  readonly disputes = new Collection<Dispute>();
  readonly subscriptions = new Collection<Subscription>();
  readonly products = new Collection<StripeObject>();
  readonly prices = new Collection<StripeObject>();
  readonly events = new Collection<StripeEvent>();
  readonly webhookEndpoints = new Collection<WebhookEndpoint>();

  private collections() {
    const { customers, paymentMethods, paymentIntents, charges, refunds, disputes } = this;
    const { subscriptions, products, prices, events, webhookEndpoints } = this;
    return {
      ...{ customers, paymentMethods, paymentIntents, charges, refunds, disputes },
      ...{ subscriptions, products, prices, events, webhookEndpoints },
    };
  }

  toJSON(): Record<string, unknown> {
    return this.collections();
  }

  load(state: Record<string, unknown[]>): void {
    for (const [name, collection] of Object.entries(this.collections())) collection.load(state[name]);
  }

  clear(): void {
    for (const collection of Object.values(this.collections())) collection.clear();
  }
}
