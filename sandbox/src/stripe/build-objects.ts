import { epochSeconds, type Surroundings } from "../core/surroundings.ts";
import type {
  Charge,
  Customer,
  Dispute,
  Metadata,
  PaymentIntent,
  PaymentMethod,
  Refund,
  StripeObject,
  Subscription,
  WebhookEndpoint,
} from "./objects.ts";
import type { TestCard } from "./test-cards.ts";

/** Makes Stripe's objects with every field that its clients may read. */
export class ObjectBuilder {
  constructor(private readonly surroundings: Surroundings) {}

  private base<Kind extends string>(object: Kind, prefix: string) {
    return {
      id: `${prefix}_${this.surroundings.randomId(24)}`,
      object,
      created: epochSeconds(this.surroundings.now()),
      livemode: false as const,
    };
  }

  customer(
    given: Pick<Customer, "email" | "name" | "phone" | "metadata"> & { description: string | null },
  ): Customer {
    return {
      ...this.base("customer", "cus"),
      address: null,
      balance: 0,
      currency: null,
      default_source: null,
      delinquent: false,
      discount: null,
      invoice_prefix: this.surroundings.randomId(8).toUpperCase(),
      invoice_settings: {
        custom_fields: null,
        default_payment_method: null,
        footer: null,
        rendering_options: null,
      },
      next_invoice_sequence: 1,
      preferred_locales: [],
      shipping: null,
      tax_exempt: "none",
      test_clock: null,
      ...given,
    };
  }

  card({ brand, last4, country }: TestCard, customer: string | null): PaymentMethod {
    return {
      ...this.base("payment_method", "pm"),
      allow_redisplay: "unspecified",
      billing_details: emptyBillingDetails,
      card: {
        brand,
        checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: "pass" },
        country,
        display_brand: brand,
        exp_month: 12,
        exp_year: this.surroundings.now().getUTCFullYear() + 3,
        fingerprint: `sandbox${last4}`,
        funding: "credit",
        generated_from: null,
        last4,
        networks: { available: [brand], preferred: null },
        regulated_status: "unregulated",
        three_d_secure_usage: { supported: true },
        wallet: null,
      },
      customer,
      metadata: {},
      type: "card",
    };
  }

  paymentIntent(given: {
    amount: number;
    currency: string;
    customer: string | null;
    payment_method: string | null;
    capture_method: string;
    metadata: Metadata;
    description: string | null;
    receipt_email: string | null;
    setup_future_usage: string | null;
  }): PaymentIntent {
    const base = this.base("payment_intent", "pi");
    return {
      ...base,
      amount_capturable: 0,
      amount_received: 0,
      application: null,
      application_fee_amount: null,
      automatic_payment_methods: null,
      canceled_at: null,
      cancellation_reason: null,
      client_secret: `${base.id}_secret_${this.surroundings.randomId(24)}`,
      confirmation_method: "automatic",
      last_payment_error: null,
      latest_charge: null,
      next_action: null,
      on_behalf_of: null,
      payment_method_options: {},
      payment_method_types: ["card"],
      processing: null,
      review: null,
      shipping: null,
      statement_descriptor: null,
      statement_descriptor_suffix: null,
      status: given.payment_method === null ? "requires_payment_method" : "requires_confirmation",
      transfer_data: null,
      transfer_group: null,
      ...given,
    };
  }

  charge(intent: PaymentIntent, captured: boolean): Charge {
    const base = this.base("charge", "ch");
    return {
      ...base,
      amount: intent.amount,
      amount_captured: captured ? intent.amount : 0,
      amount_refunded: 0,
      application: null,
      application_fee: null,
      application_fee_amount: null,
      balance_transaction: null,
      billing_details: emptyBillingDetails,
      calculated_statement_descriptor: "SANDBOX",
      captured,
      currency: intent.currency,
      customer: intent.customer,
      description: (intent.description as string | null) ?? null,
      disputed: false,
      failure_code: null,
      failure_message: null,
      fraud_details: {},
      metadata: { ...intent.metadata },
      on_behalf_of: null,
      outcome: null,
      paid: true,
      payment_intent: intent.id,
      payment_method: intent.payment_method,
      payment_method_details: null,
      receipt_email: null,
      receipt_number: null,
      receipt_url: null,
      refunded: false,
      review: null,
      shipping: null,
      statement_descriptor: null,
      statement_descriptor_suffix: null,
      status: "succeeded",
      transfer_data: null,
      transfer_group: null,
    };
  }

  refund(charge: Charge, given: { amount: number; reason: string | null; metadata: Metadata }): Refund {
    return {
      ...this.base("refund", "re"),
      balance_transaction: null,
      charge: charge.id,
      currency: charge.currency,
      payment_intent: charge.payment_intent,
      receipt_number: null,
      source_transfer_reversal: null,
      status: "succeeded",
      transfer_reversal: null,
      ...given,
    };
  }

  dispute(charge: Charge, reason: string): Dispute {
    return {
      ...this.base("dispute", "du"),
      amount: charge.amount,
      balance_transactions: [],
      charge: charge.id,
      currency: charge.currency,
      enhanced_eligibility_types: [],
      evidence: {
        ...Object.fromEntries(evidenceFields.map((field) => [field, null])),
        enhanced_evidence: {},
      },
      evidence_details: {
        due_by: epochSeconds(this.surroundings.now()) + 7 * 86_400,
        enhanced_eligibility: {},
        has_evidence: false,
        past_due: false,
        submission_count: 0,
      },
      is_charge_refundable: false,
      metadata: {},
      payment_intent: charge.payment_intent,
      reason,
      status: "needs_response",
    };
  }

  webhookEndpoint(given: {
    url: string;
    enabledEvents: string[];
    description?: string | null;
    apiVersion?: string | null;
    metadata?: Metadata;
  }): WebhookEndpoint {
    return {
      ...this.base("webhook_endpoint", "we"),
      api_version: given.apiVersion ?? null,
      application: null,
      description: given.description ?? null,
      enabled_events: given.enabledEvents,
      metadata: given.metadata ?? {},
      secret: `whsec_${this.surroundings.randomId(32)}`,
      status: "enabled",
      url: given.url,
    };
  }

  product(given: { name: string; metadata: Metadata }): StripeObject {
    const base = this.base("product", "prod");
    return {
      ...base,
      active: true,
      default_price: null,
      description: null,
      images: [],
      marketing_features: [],
      package_dimensions: null,
      shippable: null,
      tax_code: null,
      updated: base.created,
      url: null,
      ...given,
    };
  }

  price(given: {
    product: string;
    unit_amount: number;
    currency: string;
    interval: string | null;
  }): StripeObject {
    const { product, unit_amount, currency, interval } = given;
    return {
      ...this.base("price", "price"),
      active: true,
      billing_scheme: "per_unit",
      currency,
      custom_unit_amount: null,
      lookup_key: null,
      metadata: {},
      nickname: null,
      product,
      recurring:
        interval === null
          ? null
          : { interval, interval_count: 1, meter: null, trial_period_days: null, usage_type: "licensed" },
      tax_behavior: "unspecified",
      tiers_mode: null,
      transform_quantity: null,
      type: interval === null ? "one_time" : "recurring",
      unit_amount,
      unit_amount_decimal: String(unit_amount),
    };
  }

  subscription(given: {
    customer: string;
    items: readonly { price: StripeObject; quantity: number }[];
    metadata: Metadata;
    status: string;
  }): Subscription {
    const base = this.base("subscription", "sub");
    const end = base.created + 30 * 86_400;
    const items = given.items.map(({ price, quantity }) => ({
      id: `si_${this.surroundings.randomId(14)}`,
      object: "subscription_item",
      billing_thresholds: null,
      created: base.created,
      current_period_end: end,
      current_period_start: base.created,
      discounts: [],
      metadata: {},
      price,
      quantity,
      subscription: base.id,
      tax_rates: [],
    }));
    return {
      ...base,
      application: null,
      application_fee_percent: null,
      automatic_tax: { disabled_reason: null, enabled: false, liability: null },
      billing_cycle_anchor: base.created,
      billing_cycle_anchor_config: null,
      billing_mode: { type: "flexible", flexible: {} },
      billing_schedules: [],
      cancel_at: null,
      cancel_at_period_end: false,
      canceled_at: null,
      cancellation_details: { comment: null, feedback: null, reason: null },
      collection_method: "charge_automatically",
      currency: String(items[0]?.price.currency ?? "usd"),
      customer: given.customer,
      days_until_due: null,
      default_payment_method: null,
      default_source: null,
      description: null,
      discounts: [],
      ended_at: null,
      invoice_settings: { account_tax_ids: null, issuer: { type: "self" } },
      items: {
        object: "list",
        data: items,
        has_more: false,
        url: `/v1/subscription_items?subscription=${base.id}`,
      },
      latest_invoice: null,
      metadata: given.metadata,
      next_pending_invoice_item_invoice: null,
      on_behalf_of: null,
      pause_collection: null,
      payment_settings: null,
      pending_invoice_item_interval: null,
      pending_setup_intent: null,
      pending_update: null,
      schedule: null,
      start_date: base.created,
      status: given.status,
      test_clock: null,
      transfer_data: null,
      trial_end: null,
      trial_settings: null,
      trial_start: null,
    };
  }
}

const emptyBillingDetails = {
  address: { city: null, country: null, line1: null, line2: null, postal_code: null, state: null },
  email: null,
  name: null,
  phone: null,
  tax_id: null,
};

const evidenceFields = [
  ...["access_activity_log", "billing_address", "cancellation_policy", "cancellation_policy_disclosure"],
  ...["cancellation_rebuttal", "customer_communication", "customer_email_address", "customer_name"],
  ...["customer_purchase_ip", "customer_signature", "duplicate_charge_documentation"],
  ...[
    "duplicate_charge_explanation",
    "duplicate_charge_id",
    "product_description",
    "receipt",
    "refund_policy",
  ],
  ...["refund_policy_disclosure", "refund_refusal_explanation", "service_date", "service_documentation"],
  ...["shipping_address", "shipping_carrier", "shipping_date", "shipping_documentation"],
  ...["shipping_tracking_number", "uncategorized_file", "uncategorized_text"],
];
