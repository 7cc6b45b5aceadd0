import { createHmac } from "node:crypto";
import { epochSeconds, type Surroundings } from "../core/surroundings.ts";
import type { WebhookSender } from "../core/webhook-sender.ts";
import type { StripeAccount } from "./account.ts";
import type { StripeEvent, WebhookEndpoint } from "./objects.ts";

export interface EventParts {
  surroundings: Surroundings;
  webhooks: WebhookSender;
  apiVersion: string;
}

/** Remembers what happened in an account and tells its webhook endpoints. */
export class Events {
  constructor(private readonly parts: EventParts) {}

  emit(account: StripeAccount, type: string, object: unknown): StripeEvent {
    const { surroundings, apiVersion } = this.parts;
    const event: StripeEvent = {
      id: `evt_${surroundings.randomId(24)}`,
      object: "event",
      api_version: apiVersion,
      created: epochSeconds(surroundings.now()),
      // As it is now: what happens later must not change what was told.
      data: { object: structuredClone(object) },
      livemode: false,
      pending_webhooks: account.webhookEndpoints.all().length,
      request: { id: null, idempotency_key: null },
      type,
    };
    account.events.put(event);
    this.send(account, event);
    return event;
  }

  /** Once more, as Stripe does when it is not sure that an event arrived. */
  send(account: StripeAccount, event: StripeEvent): void {
    for (const endpoint of account.webhookEndpoints.all()) {
      if (wants(endpoint, event.type)) this.deliver(endpoint, JSON.stringify(event));
    }
  }

  private deliver({ url, secret }: WebhookEndpoint, body: string): void {
    this.parts.webhooks.send(() => {
      const seconds = epochSeconds(this.parts.surroundings.now());
      return {
        url,
        headers: {
          "content-type": "application/json",
          "stripe-signature": signEvent(body, { secret, seconds }),
        },
        body,
      };
    });
  }
}

export function signEvent(body: string, { secret, seconds }: { secret: string; seconds: number }): string {
  const signature = createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex");
  return `t=${seconds},v1=${signature}`;
}

function wants({ enabled_events }: WebhookEndpoint, type: string): boolean {
  return enabled_events.includes("*") || enabled_events.includes(type);
}
