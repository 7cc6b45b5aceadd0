import type { SubscriberTerms } from "../subscriptions/subscription.ts";
import type { Answer } from "./answer.ts";
import { ClientSubscription, type PrepareAnew, type SubscriptionExecution } from "./client-subscription.ts";
import { type Exchange, keepExchange } from "./exchange.ts";

/** Subscribes at the subgraph; from then on the answer is a stream. */
export async function openSubscription(
  exchange: Exchange,
  execution: SubscriptionExecution,
  prepareAnew: PrepareAnew,
): Promise<Answer> {
  const { config, continuity } = exchange.pipeline;
  const { subgraph } = execution.subscription;
  if (config.subscription?.enabled !== true) {
    return refuse("SUBSCRIPTION_DISABLED", "subscription support is not enabled");
  }
  const subscription = ClientSubscription.describe(keepExchange(exchange), execution, { prepareAnew });
  if (!subscription) {
    const message = `subscription mode is not configured for subgraph "${subgraph}"`;
    return refuse("INVALID_SUBSCRIPTION_MODE", message);
  }
  const streaming = config.plugins["mycelium.streaming"];
  const opened = await continuity.subscriptions.open(subscription, termsFor(exchange, subgraph), {
    openedMax: config.subscription.maxOpenedSubscriptions ?? streaming.streamsMax,
    perCallerMax: streaming.subscriptionsPerCaller,
  });
  if (opened.kind === "refused") return { status: 200, data: null, errors: opened.errors };
  return { status: 200, stream: { kind: "subscription", parts: opened.parts } };
}

function refuse(code: string, message: string): Answer {
  return { status: 200, data: null, errors: [{ message, extensions: { code } }] };
}

/** Apollo Router's. */
const queueCapacityDefault = 128;

function termsFor({ pipeline: { config }, caller, observer }: Exchange, subgraph: string): SubscriberTerms {
  const expiry = caller.claims?.exp;
  return {
    subject: caller.subject,
    capacity: Math.max(1, config.subscription?.queueCapacity ?? queueCapacityDefault),
    onFull: config.plugins["mycelium.streaming"].slowConsumers,
    expiresAtMs: typeof expiry === "number" ? expiry * 1_000 : undefined,
    lifetimeMsMax: config.subscription?.maxLifetimeMs,
    told: observer.watchAnswers(),
    over: observer.subscriptionOpened(subgraph),
  };
}
