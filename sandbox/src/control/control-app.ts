import { Hono } from "hono";
import type { Fault } from "../core/faults.ts";
import type { Providers } from "../create-sandbox.ts";
import type { SmtpSandbox } from "../email/smtp-provider.ts";
import type { NewOrder } from "../toast/restaurant.ts";
import { renderPage } from "./page.ts";

export interface ControlParts {
  providers: Providers;
  smtp: SmtpSandbox;
}

/** How tests and people move the sandbox: below /_sandbox. */
export function createControlApp({ providers, smtp }: ControlParts): Hono {
  const { all, mailbox, stripe, toast, twilio } = providers;
  const app = new Hono().basePath("/_sandbox");
  const find = (name: string) => all.find((provider) => provider.name === name);

  app.get("/", (context) => context.html(renderPage(providers)));
  app.get("/emails", (context) => context.json(mailbox.emails.newestFirst()));
  app.get("/emails/:id", (context) => {
    const email = mailbox.emails.get(context.req.param("id"));
    if (!email) return context.notFound();
    // Whatever stands in it must not act here.
    return context.html(email.html || `<pre>${Bun.escapeHTML(email.text)}</pre>`, 200, {
      "content-security-policy": "sandbox; default-src 'none'; img-src * data:; style-src 'unsafe-inline'",
    });
  });
  app.get("/:provider/requests", (context) => {
    const provider = find(context.req.param("provider"));
    return provider ? context.json(provider.requests.all()) : context.notFound();
  });
  app.post("/:provider/faults", async (context) => {
    const provider = find(context.req.param("provider"));
    if (!provider) return context.notFound();
    provider.faults.add((await context.req.json()) as Fault);
    return context.body(null, 204);
  });
  app.put("/:provider/latency", async (context) => {
    const provider = find(context.req.param("provider"));
    if (!provider) return context.notFound();
    const { ms } = (await context.req.json()) as { ms: number };
    provider.faults.latencyMs = Math.min(60_000, Math.max(0, Number(ms) || 0));
    return context.body(null, 204);
  });
  app.delete("/faults", (context) => {
    for (const { faults } of all) faults.clear();
    smtp.clearFaults();
    return context.body(null, 204);
  });
  app.post("/toast/:restaurant/orders", async (context) => {
    const order = toast.openOrder(context.req.param("restaurant"), (await context.req.json()) as NewOrder);
    return context.json(order, 201);
  });
  app.post("/stripe/:account/payment_intents/:id/authenticate", async (context) => {
    const account = stripe.account(context.req.param("account"));
    const intent = account.paymentIntents.get(context.req.param("id"));
    if (!intent) return context.notFound();
    const { approved } = (await context.req.json()) as { approved: boolean };
    return context.json(stripe.payments.authenticate(account, intent, approved));
  });
  app.post("/stripe/:account/payment_intents/:id/dispute", (context) => {
    const account = stripe.account(context.req.param("account"));
    const intent = account.paymentIntents.get(context.req.param("id"));
    return intent ? context.json(stripe.payments.dispute(account, intent, "fraudulent")) : context.notFound();
  });
  app.post("/settled", async (context) => {
    await twilio.settled();
    await Promise.all(all.map(({ webhooks }) => webhooks.settled()));
    return context.body(null, 204);
  });
  app.onError((error, context) => context.json({ error: error.message }, 400));
  return app;
}
