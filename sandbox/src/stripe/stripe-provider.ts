import type { Context } from "hono";
import { readForm } from "../core/form.ts";
import { createProviderBase, type Provider } from "../core/provider.ts";
import type { Surroundings } from "../core/surroundings.ts";
import { StripeAccount } from "./account.ts";
import { ObjectBuilder } from "./build-objects.ts";
import { Events } from "./events.ts";
import { IdempotencyKeys } from "./idempotency.ts";
import { Payments } from "./payments.ts";
import { type Resource, type ResourceParts, resources } from "./resources.ts";
import { StripeError, wrongKey } from "./stripe-error.ts";

/** The release of Stripe's API whose objects these are. */
export const stripeApiVersion = "2026-08-26.dahlia";

export interface StripeSandbox extends Provider {
  /** Gives an account one more key; the first key makes the account. */
  addKey(accountName: string, secretKey: string): StripeAccount;
  removeKey(secretKey: string): void;
  account(name: string): StripeAccount;
  /** The account's events go to this URL alone from now on; gives the secret by which they are signed. */
  replaceWebhook(accountName: string, url: string): string;
  readonly payments: Payments;
  readonly events: Events;
  readonly build: ObjectBuilder;
}

const bodyBytesMax = 1024 * 1024;

export function createStripeSandbox(surroundings: Surroundings): StripeSandbox {
  const base = createProviderBase(surroundings);
  const build = new ObjectBuilder(surroundings);
  const events = new Events({ surroundings, webhooks: base.webhooks, apiVersion: stripeApiVersion });
  const payments = new Payments({ build, events, surroundings });
  const parts: ResourceParts = { build, events, payments };
  const idempotency = new IdempotencyKeys(surroundings.now);
  const accounts = new Map<string, StripeAccount>();
  const keys = new Map<string, string>();

  for (const resource of resources) {
    base.app.on(resource.method, resource.path, async (context) => {
      const requestId = `req_${surroundings.randomId(14)}`;
      const headers = {
        "content-type": "application/json",
        "request-id": requestId,
        "stripe-version": stripeApiVersion,
      };
      try {
        const { name, account } = authenticate(context);
        const text =
          resource.method === "POST" ? await context.req.text() : new URL(context.req.url).search.slice(1);
        if (text.length > bodyBytesMax)
          throw new StripeError(413, { type: "invalid_request_error", message: "Request too large." });
        const key = resource.method === "POST" ? context.req.header("idempotency-key") : undefined;
        const fingerprint = `${resource.path} ${context.req.path} ${text}`;
        const answer = await idempotency.run({ account: name, key, fingerprint }, async () =>
          run(resource, { account, id: context.req.param("id") ?? "", text }),
        );
        const replayed = answer.isReplayed ? { "idempotent-replayed": "true" } : {};
        return new Response(answer.body, { status: answer.status, headers: { ...headers, ...replayed } });
      } catch (error) {
        if (!(error instanceof StripeError)) throw error;
        return new Response(writeError(error), { status: error.status, headers });
      }
    });
  }
  base.app.notFound((context) => {
    const message = `Unrecognized request URL (${context.req.method}: ${context.req.path}).`;
    return context.json({ error: { type: "invalid_request_error", message } }, 404);
  });

  /** What an account refuses is an answer too, and the one that its idempotency key gets. */
  function run(
    resource: Resource,
    { account, id, text }: { account: StripeAccount; id: string; text: string },
  ) {
    try {
      const value = resource.answer({ account, id, form: readForm(text) }, parts);
      return { status: 200, body: JSON.stringify(value) };
    } catch (error) {
      if (!(error instanceof StripeError)) throw error;
      return { status: error.status, body: writeError(error) };
    }
  }

  function authenticate(context: Context): { name: string; account: StripeAccount } {
    const header = context.req.header("authorization") ?? "";
    const key = header.startsWith("Basic ")
      ? (Buffer.from(header.slice(6), "base64").toString().split(":")[0] ?? "")
      : header.replace(/^Bearer /, "");
    const name = keys.get(key);
    if (name === undefined) throw wrongKey(key);
    return { name, account: accountOf(name) };
  }

  function accountOf(name: string): StripeAccount {
    let account = accounts.get(name);
    if (!account) {
      account = new StripeAccount();
      accounts.set(name, account);
    }
    return account;
  }

  return {
    ...base,
    name: "stripe",
    paths: ["v1"],
    payments,
    events,
    build,
    addKey(name, secretKey) {
      keys.set(secretKey, name);
      return accountOf(name);
    },
    removeKey: (secretKey) => void keys.delete(secretKey),
    account: accountOf,
    replaceWebhook(name, url) {
      const { webhookEndpoints } = accountOf(name);
      webhookEndpoints.clear();
      return webhookEndpoints.put(build.webhookEndpoint({ url, enabledEvents: ["*"] })).secret;
    },
    save: () => Object.fromEntries(accounts),
    load(state) {
      for (const [name, saved] of Object.entries(state as Record<string, Record<string, unknown[]>>)) {
        accountOf(name).load(saved);
      }
    },
    reset() {
      for (const account of accounts.values()) account.clear();
      idempotency.clear();
    },
  };
}

function writeError({ body }: StripeError): string {
  return JSON.stringify({ error: body });
}
