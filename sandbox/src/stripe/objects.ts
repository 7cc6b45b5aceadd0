/** The parts of Stripe's objects on which the sandbox's behaviour rests; the rest is filled in by builders. */
export interface StripeObject {
  id: string;
  object: string;
  created: number;
  livemode: false;
  [key: string]: unknown;
}

export type Metadata = Record<string, string>;

export interface Customer extends StripeObject {
  object: "customer";
  email: string | null;
  name: string | null;
  phone: string | null;
  metadata: Metadata;
  invoice_settings: { default_payment_method: string | null; [key: string]: unknown };
}

export interface PaymentMethod extends StripeObject {
  object: "payment_method";
  type: string;
  customer: string | null;
}

export type PaymentIntentStatus =
  | "canceled"
  | "processing"
  | "requires_action"
  | "requires_capture"
  | "requires_confirmation"
  | "requires_payment_method"
  | "succeeded";

export interface PaymentIntent extends StripeObject {
  object: "payment_intent";
  amount: number;
  amount_capturable: number;
  amount_received: number;
  capture_method: string;
  currency: string;
  customer: string | null;
  latest_charge: string | null;
  metadata: Metadata;
  payment_method: string | null;
  status: PaymentIntentStatus;
}

export interface Charge extends StripeObject {
  object: "charge";
  amount: number;
  amount_refunded: number;
  currency: string;
  customer: string | null;
  disputed: boolean;
  payment_intent: string;
  payment_method: string | null;
  refunded: boolean;
}

export interface Refund extends StripeObject {
  object: "refund";
  amount: number;
  charge: string;
  payment_intent: string;
}

export interface Dispute extends StripeObject {
  object: "dispute";
  charge: string;
  payment_intent: string;
  status: string;
}

export interface Subscription extends StripeObject {
  object: "subscription";
  customer: string;
  status: string;
}

export interface StripeEvent extends StripeObject {
  object: "event";
  type: string;
  data: { object: unknown };
}

export interface WebhookEndpoint extends StripeObject {
  object: "webhook_endpoint";
  enabled_events: string[];
  url: string;
  secret: string;
}
