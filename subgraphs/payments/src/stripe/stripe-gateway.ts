import { requireCredentials } from "@mycelium/connectors";
import { failureOfStatus, type Outbound, ProviderError } from "@mycelium/outbound";
import Stripe from "stripe";
import type { Context } from "../context.ts";
import { paymentErrors } from "../errors.ts";

export interface StripeGatewayOptions {
  /** Elsewhere than at Stripe, such as the sandbox. */
  url?: string | undefined;
  outbound: Outbound;
}

const clientsMax = 1_000;
const timeoutMs = 10_000;

/** Stripe's own client for each account, with what it says put into our errors. */
export class StripeGateway {
  private readonly clients = new Map<string, Stripe>();

  constructor(private readonly options: StripeGatewayOptions) {}

  /** Calls Stripe as the caller's tenant. Stripe's client repeats what may be repeated: every POST has a key. */
  async call<T>(context: Context, act: (stripe: Stripe) => Promise<T>): Promise<T> {
    const { tenantId } = context.caller;
    const credentials = await requireCredentials(context.services.credentials, tenantId, "stripe");
    const stripe = this.clientFor(credentials.secretKey);
    const { signal } = context;
    try {
      return await this.options.outbound.call({ tenantId, isRepeatable: false, signal }, () =>
        act(stripe).catch(translate),
      );
    } catch (error) {
      throw explain(error);
    }
  }

  private clientFor(secretKey: string): Stripe {
    const known = this.clients.get(secretKey);
    if (known) return known;
    const client = new Stripe(secretKey, {
      ...addressOf(this.options.url),
      httpClient: Stripe.createFetchHttpClient(),
      timeout: timeoutMs,
      maxNetworkRetries: 2,
      telemetry: false,
    });
    this.clients.set(secretKey, client);
    if (this.clients.size > clientsMax) this.clients.delete(this.clients.keys().next().value!);
    return client;
  }
}

function addressOf(url: string | undefined) {
  if (url === undefined) return {};
  const { hostname, port, protocol } = new URL(url);
  return { host: hostname, port, protocol: protocol === "http:" ? ("http" as const) : ("https" as const) };
}

/** The circuit must know what is an outage and what a refusal. */
function translate(error: unknown): never {
  if (!(error instanceof Stripe.errors.StripeError)) throw error;
  const { message, code, statusCode } = error;
  const failure =
    error instanceof Stripe.errors.StripeConnectionError || statusCode === undefined
      ? "UNAVAILABLE"
      : failureOfStatus(statusCode);
  throw new ProviderError("stripe", failure, message, { code, status: statusCode, cause: error });
}

function explain(error: unknown): unknown {
  if (!(error instanceof ProviderError)) return error;
  const { cause } = error;
  if (cause instanceof Stripe.errors.StripeCardError) {
    const details = { reason: cause.message, declineCode: cause.decline_code };
    return paymentErrors.CARD_DECLINED(details);
  }
  const details = { reason: error.message, failure: error.failure };
  return paymentErrors.STRIPE_FAILED(details);
}

/** Whether Stripe does not know what it was asked for. */
export function isMissing(error: unknown): boolean {
  return (error as { details?: { failure?: string } }).details?.failure === "NOT_FOUND";
}
