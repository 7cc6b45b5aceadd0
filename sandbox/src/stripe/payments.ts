import { epochSeconds, type Surroundings } from "../core/surroundings.ts";
import type { StripeAccount } from "./account.ts";
import type { ObjectBuilder } from "./build-objects.ts";
import type { Events } from "./events.ts";
import type { Charge, Customer, PaymentIntent, PaymentMethod, Refund } from "./objects.ts";
import { invalid, noSuch, StripeError } from "./stripe-error.ts";
import { behaviourOf, testCards } from "./test-cards.ts";

export interface PaymentParts {
  build: ObjectBuilder;
  events: Events;
  surroundings: Surroundings;
}

/** What happens to money. */
export class Payments {
  constructor(private readonly parts: PaymentParts) {}

  /** A stored payment method, or a new one where a test card's name is given. */
  findMethod(account: StripeAccount, id: string, customer: string | null): PaymentMethod {
    const card = Object.hasOwn(testCards, id) ? testCards[id] : undefined;
    if (card) return account.paymentMethods.put(this.parts.build.card(card, customer));
    const method = account.paymentMethods.get(id);
    if (!method) throw noSuch("PaymentMethod", id);
    return method;
  }

  confirm(
    account: StripeAccount,
    intent: PaymentIntent,
    { offSession }: { offSession: boolean },
  ): PaymentIntent {
    if (intent.status !== "requires_confirmation" && intent.status !== "requires_payment_method") {
      throw unexpectedState(intent, "confirm");
    }
    if (intent.payment_method === null) {
      throw invalid("You cannot confirm this PaymentIntent because it's missing a payment method.", {
        code: "payment_intent_unexpected_state",
        payment_intent: intent,
      });
    }
    const method = this.findMethod(account, intent.payment_method, intent.customer);
    if (intent.customer !== null && method.customer !== null && method.customer !== intent.customer) {
      throw invalid("The payment method belongs to another customer.", { param: "payment_method" });
    }
    intent.payment_method = method.id;
    switch (behaviourOf((method.card as { last4: string }).last4)) {
      case "declined":
        return this.decline(account, intent, { code: "card_declined", decline_code: "generic_decline" });
      case "insufficient-funds":
        return this.decline(account, intent, { code: "card_declined", decline_code: "insufficient_funds" });
      case "needs-authentication":
        if (offSession)
          return this.decline(account, intent, {
            code: "authentication_required",
            decline_code: "authentication_required",
          });
        return this.requireAction(account, intent);
      case "disputed":
        this.succeed(account, intent);
        this.dispute(account, intent, "fraudulent");
        return intent;
      case "succeeds":
        return this.succeed(account, intent);
    }
  }

  /** The customer has answered their bank, one way or the other. */
  authenticate(account: StripeAccount, intent: PaymentIntent, isApproved: boolean): PaymentIntent {
    if (intent.status !== "requires_action") throw unexpectedState(intent, "authenticate");
    intent.next_action = null;
    if (isApproved) return this.succeed(account, intent);
    intent.status = "requires_payment_method";
    intent.last_payment_error = {
      code: "payment_intent_authentication_failure",
      message: "The provided PaymentMethod has failed authentication.",
      type: "card_error",
    };
    this.parts.events.emit(account, "payment_intent.payment_failed", intent);
    return intent;
  }

  capture(account: StripeAccount, intent: PaymentIntent, amount: number | undefined): PaymentIntent {
    if (intent.status !== "requires_capture") throw unexpectedState(intent, "capture");
    const captured = amount ?? intent.amount_capturable;
    if (captured > intent.amount_capturable) {
      throw invalid("The amount to capture is larger than the capturable amount.", {
        code: "amount_too_large",
      });
    }
    const charge = account.charges.get(intent.latest_charge!)!;
    Object.assign(charge, { captured: true, amount_captured: captured });
    Object.assign(intent, { amount_capturable: 0, amount_received: captured, status: "succeeded" });
    this.parts.events.emit(account, "payment_intent.succeeded", intent);
    return intent;
  }

  cancel(account: StripeAccount, intent: PaymentIntent, reason: string | null): PaymentIntent {
    if (intent.status === "succeeded" || intent.status === "canceled")
      throw unexpectedState(intent, "cancel");
    const now = epochSeconds(this.parts.surroundings.now());
    Object.assign(intent, {
      status: "canceled",
      canceled_at: now,
      cancellation_reason: reason,
      amount_capturable: 0,
      next_action: null,
    });
    this.parts.events.emit(account, "payment_intent.canceled", intent);
    return intent;
  }

  refund(
    account: StripeAccount,
    charge: Charge,
    given: { amount: number | undefined; reason: string | null; metadata: Record<string, string> },
  ): Refund {
    const left = charge.amount - charge.amount_refunded;
    if (left === 0) {
      throw invalid(`Charge ${charge.id} has already been refunded.`, { code: "charge_already_refunded" });
    }
    const amount = given.amount ?? left;
    if (amount > left) {
      throw invalid(`Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`, {
        param: "amount",
      });
    }
    const refund = account.refunds.put(this.parts.build.refund(charge, { ...given, amount }));
    charge.amount_refunded += amount;
    charge.refunded = charge.amount_refunded === charge.amount;
    this.parts.events.emit(account, "refund.created", refund);
    this.parts.events.emit(account, "charge.refunded", charge);
    return refund;
  }

  dispute(account: StripeAccount, intent: PaymentIntent, reason: string) {
    const charge = account.charges.get(intent.latest_charge ?? "");
    if (!charge) throw invalid("There is no charge to dispute.");
    charge.disputed = true;
    const dispute = account.disputes.put(this.parts.build.dispute(charge, reason));
    this.parts.events.emit(account, "charge.dispute.created", dispute);
    return dispute;
  }

  attach(account: StripeAccount, method: PaymentMethod, customer: Customer): PaymentMethod {
    if (method.customer !== null && method.customer !== customer.id) {
      throw invalid("This PaymentMethod was previously attached to another customer.");
    }
    method.customer = customer.id;
    this.parts.events.emit(account, "payment_method.attached", method);
    return method;
  }

  private succeed(account: StripeAccount, intent: PaymentIntent): PaymentIntent {
    const isManual = intent.capture_method === "manual";
    const charge = account.charges.put(this.parts.build.charge(intent, !isManual));
    Object.assign(intent, {
      latest_charge: charge.id,
      last_payment_error: null,
      status: isManual ? "requires_capture" : "succeeded",
      amount_capturable: isManual ? intent.amount : 0,
      amount_received: isManual ? 0 : intent.amount,
    });
    const type = isManual ? "payment_intent.amount_capturable_updated" : "payment_intent.succeeded";
    this.parts.events.emit(account, type, intent);
    return intent;
  }

  private requireAction(account: StripeAccount, intent: PaymentIntent): PaymentIntent {
    intent.status = "requires_action";
    intent.next_action = {
      type: "use_stripe_sdk",
      use_stripe_sdk: { type: "three_d_secure_redirect", stripe_js: "", source: "" },
    };
    this.parts.events.emit(account, "payment_intent.requires_action", intent);
    return intent;
  }

  private decline(
    account: StripeAccount,
    intent: PaymentIntent,
    reason: { code: string; decline_code: string },
  ): never {
    const message =
      reason.code === "authentication_required"
        ? "Your card was declined. This transaction requires authentication."
        : reason.decline_code === "insufficient_funds"
          ? "Your card has insufficient funds."
          : "Your card was declined.";
    const method = account.paymentMethods.get(intent.payment_method ?? "");
    const problem = {
      type: "card_error",
      message,
      ...reason,
      doc_url: `https://stripe.com/docs/error-codes/${reason.code}`,
    };
    intent.status = "requires_payment_method";
    intent.payment_method = null;
    intent.last_payment_error = { ...problem, payment_method: method };
    this.parts.events.emit(account, "payment_intent.payment_failed", intent);
    throw new StripeError(402, { ...problem, payment_intent: intent, payment_method: method });
  }
}

function unexpectedState(intent: PaymentIntent, action: string): StripeError {
  const message = `You cannot ${action} this PaymentIntent because it has a status of ${intent.status}.`;
  return invalid(message, { code: "payment_intent_unexpected_state", payment_intent: intent });
}
