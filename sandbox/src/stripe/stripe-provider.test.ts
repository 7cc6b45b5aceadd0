import { describe, expect, test } from "bun:test";
import Stripe from "stripe";
import { realSurroundings } from "../core/surroundings.ts";
import { receiveWebhooks } from "../test-support/receive-webhooks.ts";
import { serveProvider } from "../test-support/serve-provider.ts";
import { createStripeSandbox } from "./stripe-provider.ts";

const secretKey = "sk_test_first_account_0123456789";

/** The official client against the sandbox. */
function open() {
  const sandbox = createStripeSandbox({ ...realSurroundings, sleep: () => Bun.sleep(1) });
  sandbox.addKey("first", secretKey);
  const server = serveProvider(sandbox);
  const clientFor = (key: string) =>
    new Stripe(key, {
      host: "127.0.0.1",
      port: server.port,
      protocol: "http",
      maxNetworkRetries: 0,
      httpClient: Stripe.createFetchHttpClient(),
    });
  return {
    sandbox,
    stripe: clientFor(secretKey),
    clientFor,
    [Symbol.asyncDispose]: server[Symbol.asyncDispose],
  };
}

const charged = { amount: 4_200, currency: "usd", confirm: true, off_session: true } as const;

describe("the Stripe sandbox, spoken to by Stripe's own client", () => {
  test("charges a customer's card, and finds the payment by its metadata", async () => {
    await using opened = open();
    const { stripe } = opened;
    const customer = await stripe.customers.create({ email: "ada@example.com", name: "Ada" });
    const method = await stripe.paymentMethods.attach("pm_card_visa", { customer: customer.id });
    const intent = await stripe.paymentIntents.create({
      ...charged,
      customer: customer.id,
      payment_method: method.id,
      metadata: { orderId: "o-1" },
    });
    expect(intent).toMatchObject({
      status: "succeeded",
      amount_received: 4_200,
      metadata: { orderId: "o-1" },
    });
    const found = await stripe.paymentIntents.search({
      query: "metadata['orderId']:'o-1' AND status:'succeeded'",
    });
    expect(found.data.map(({ id }) => id)).toEqual([intent.id]);
    const listed = await stripe.customers.list({ email: "ada@example.com", limit: 1 });
    expect(listed.data.map(({ id }) => id)).toEqual([customer.id]);
    const cards = await stripe.paymentMethods.list({ customer: customer.id, type: "card" });
    expect(cards.data[0]!.card).toMatchObject({ brand: "visa", last4: "4242" });
  });

  test.each([
    ["pm_card_chargeDeclined", "card_declined", "generic_decline"],
    ["pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"],
    ["pm_card_authenticationRequired", "authentication_required", "authentication_required"],
  ])("%s is declined with %s", async (method, code, declineCode) => {
    await using opened = open();
    const failure = await opened.stripe.paymentIntents
      .create({ ...charged, payment_method: method })
      .catch((e) => e);
    expect(failure).toBeInstanceOf(Stripe.errors.StripeCardError);
    expect(failure).toMatchObject({ statusCode: 402, code, decline_code: declineCode });
    expect(failure.payment_intent).toMatchObject({ status: "requires_payment_method" });
  });

  test("a customer who is present is asked by their bank, and says yes or no", async () => {
    await using opened = open();
    const { stripe, sandbox } = opened;
    const ask = () =>
      stripe.paymentIntents.create({
        amount: 900,
        currency: "usd",
        confirm: true,
        payment_method: "pm_card_authenticationRequired",
      });
    const [first, second] = [await ask(), await ask()];
    expect(first.status).toBe("requires_action");
    const account = sandbox.account("first");
    sandbox.payments.authenticate(account, account.paymentIntents.get(first.id)!, true);
    sandbox.payments.authenticate(account, account.paymentIntents.get(second.id)!, false);
    expect((await stripe.paymentIntents.retrieve(first.id)).status).toBe("succeeded");
    expect((await stripe.paymentIntents.retrieve(second.id)).status).toBe("requires_payment_method");
  });

  test("money comes back in parts, and never more than was taken", async () => {
    await using opened = open();
    const { stripe } = opened;
    const intent = await stripe.paymentIntents.create({ ...charged, payment_method: "pm_card_visa" });
    await stripe.refunds.create({ payment_intent: intent.id, amount: 200 });
    const tooMuch = await stripe.refunds.create({ payment_intent: intent.id, amount: 4_001 }).catch((e) => e);
    expect(tooMuch).toMatchObject({ statusCode: 400, param: "amount" });
    await stripe.refunds.create({ payment_intent: intent.id });
    const again = await stripe.refunds.create({ payment_intent: intent.id }).catch((e) => e);
    expect(again).toMatchObject({ code: "charge_already_refunded" });
  });

  test("holds an amount and takes less of it, or lets it go", async () => {
    await using opened = open();
    const { stripe } = opened;
    const hold = { ...charged, capture_method: "manual", payment_method: "pm_card_visa" } as const;
    const taken = await stripe.paymentIntents.create(hold);
    expect(taken).toMatchObject({ status: "requires_capture", amount_capturable: 4_200 });
    expect(await stripe.paymentIntents.capture(taken.id, { amount_to_capture: 4_000 })).toMatchObject({
      status: "succeeded",
      amount_received: 4_000,
    });
    const left = await stripe.paymentIntents.create(hold);
    expect((await stripe.paymentIntents.cancel(left.id)).status).toBe("canceled");
  });

  test("the same idempotency key charges once; with other parameters it is refused", async () => {
    await using opened = open();
    const { stripe, sandbox } = opened;
    const pay = (amount: number) =>
      stripe.paymentIntents.create(
        { ...charged, amount, payment_method: "pm_card_visa" },
        { idempotencyKey: "saga-1" },
      );
    const [first, second] = [await pay(4_200), await pay(4_200)];
    expect(second.id).toBe(first.id);
    expect(sandbox.account("first").paymentIntents.all()).toHaveLength(1);
    expect(await pay(4_300).catch((e) => e)).toBeInstanceOf(Stripe.errors.StripeIdempotencyError);
  });

  test("an answer that is lost leaves a payment that the key finds again", async () => {
    await using opened = open();
    const { stripe, sandbox } = opened;
    // Stripe's client tries a closed connection once more, whatever its settings.
    sandbox.faults.add({ kind: "lose-answer", method: "POST", path: "/v1/payment_intents", times: 2 });
    const pay = () =>
      stripe.paymentIntents.create(
        { ...charged, payment_method: "pm_card_visa" },
        { idempotencyKey: "saga-2" },
      );
    expect(await pay().catch((e) => e)).toBeInstanceOf(Error);
    const [made] = sandbox.account("first").paymentIntents.all();
    expect((await pay()).id).toBe(made!.id);
  });

  test("accounts do not see each other, and a key that was taken away is refused", async () => {
    await using opened = open();
    const { stripe, sandbox, clientFor } = opened;
    sandbox.addKey("second", "sk_test_second_account_0123456789");
    const customer = await stripe.customers.create({ email: "ada@example.com" });
    const other = clientFor("sk_test_second_account_0123456789");
    expect(await other.customers.retrieve(customer.id).catch((e) => e)).toMatchObject({
      code: "resource_missing",
    });
    sandbox.removeKey(secretKey);
    const refused = await stripe.customers.list().catch((e) => e);
    expect(refused).toBeInstanceOf(Stripe.errors.StripeAuthenticationError);
    expect(refused.message).not.toContain(secretKey);
  });

  test("tells webhook endpoints what happened, signed, and again until they answer", async () => {
    await using opened = open();
    const { stripe, sandbox } = opened;
    await using receiver = receiveWebhooks((_, count) => (count === 1 ? 500 : 200));
    const endpoint = await stripe.webhookEndpoints.create({
      url: `${receiver.url}/hook`,
      enabled_events: ["payment_intent.succeeded"],
    });
    const intent = await stripe.paymentIntents.create({ ...charged, payment_method: "pm_card_visa" });
    await sandbox.webhooks.settled();
    expect(receiver.received).toHaveLength(2);
    const { body, headers } = receiver.received[1]!;
    const event = await stripe.webhooks.constructEventAsync(
      body,
      headers.get("stripe-signature")!,
      endpoint.secret!,
    );
    expect(event).toMatchObject({ type: "payment_intent.succeeded", data: { object: { id: intent.id } } });
  });

  test("pages through a list with the client's own iterator", async () => {
    await using opened = open();
    const { stripe } = opened;
    for (let at = 0; at < 7; at++) await stripe.customers.create({ name: `Guest ${at}` });
    const names: (string | null | undefined)[] = [];
    for await (const { name } of stripe.customers.list({ limit: 3 })) names.push(name);
    expect(names).toEqual([6, 5, 4, 3, 2, 1, 0].map((at) => `Guest ${at}`));
  });

  test("wine-club subscriptions have their periods on their items", async () => {
    await using opened = open();
    const { stripe } = opened;
    const customer = await stripe.customers.create({ email: "ada@example.com" });
    const product = await stripe.products.create({ name: "Wine club" });
    const price = await stripe.prices.create({
      product: product.id,
      unit_amount: 4_900,
      currency: "usd",
      recurring: { interval: "month" },
    });
    const made = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] });
    const [item] = made.items.data;
    expect(item!.current_period_end).toBeGreaterThan(item!.current_period_start);
    await stripe.subscriptions.cancel(made.id);
    expect((await stripe.subscriptions.list({ status: "active" })).data).toEqual([]);
    expect((await stripe.subscriptions.list({ status: "canceled" })).data).toHaveLength(1);
  });

  test.each([
    [{ amount: 10, currency: "usd" }, "amount_too_small"],
    [{ amount: 1.5, currency: "usd" }, "parameter_invalid_integer"],
    [{ amount: 100_000_000, currency: "usd" }, "amount_too_large"],
    [{ currency: "usd" }, "parameter_missing"],
    [{ amount: 100, currency: "usd", surprise: "1" }, "parameter_unknown"],
  ])("%j is refused with %s", async (params, code) => {
    await using opened = open();
    const refused = await opened.stripe.paymentIntents.create(params as never).catch((e) => e);
    expect(refused).toMatchObject({ statusCode: 400, code });
  });
});
