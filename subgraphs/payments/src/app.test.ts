import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { CredentialSource } from "@mycelium/connectors";
import { findTenantLeaks } from "@mycelium/database/testing";
import { type TestHost, testHost } from "@mycelium/host/testing";
import { accountFor, type Sandbox, signStripeEvent, startSandbox } from "@mycelium/sandbox";
import { ask, askEntities, testCaller } from "@mycelium/subgraph-kit/testing";
import Stripe from "stripe";
import { createApp } from "./app.ts";
import { reconcile } from "./sync/reconcile.ts";

const accounts = {
  "pay-one": accountFor("pay-one"),
  "pay-two": accountFor("pay-two"),
  "pay-down": accountFor("pay-down"),
};
type TenantId = keyof typeof accounts;
const webhookSecret = "whsec_of_a_test";

const credentials: CredentialSource = {
  find: async (tenantId, connector) =>
    connector === "stripe" && tenantId in accounts
      ? ({ ...accounts[tenantId as TenantId].stripe, webhookSecret } as never)
      : undefined,
};

let host: TestHost;
let sandbox: Sandbox;
let payments: ReturnType<typeof createApp>;
let stripe: Stripe;
const staff = (tenantId: TenantId = "pay-one", role = "STAFF") => testCaller({ tenantId, roles: [role] });

beforeAll(async () => {
  sandbox = await startSandbox({ accounts: Object.values(accounts) });
  host = await testHost(["payments"]);
  payments = createApp({ ...host.parts, environment: { STRIPE_URL: sandbox.url }, credentials });
  const { hostname, port } = new URL(sandbox.url);
  stripe = new Stripe(accounts["pay-one"].stripe.secretKey, { host: hostname, port, protocol: "http" });
});
afterAll(async () => {
  await host.close();
  await sandbox.close();
});
beforeEach(() => {
  host.statements.length = 0;
  sandbox.stripe.requests.clear();
});

let guests = 0;

/** Someone with a saved card. */
async function guest(card = "pm_card_visa"): Promise<Stripe.Customer> {
  const customer = await stripe.customers.create({
    email: `guest${++guests}@example.com`,
    name: `Guest ${guests}`,
  });
  const method = await stripe.paymentMethods.attach(card, { customer: customer.id });
  return stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: method.id } });
}

let orders = 0;

function charge(customer: Stripe.Customer, more: { orderId?: string; amount?: number } = {}) {
  const input = { orderId: `order-${++orders}`, amount: 17_943, email: customer.email, ...more };
  const query =
    "mutation ($input: ChargeOrderInput!) { chargeOrder(input: $input) { id amount status orderId } }";
  return ask(payments, { query, variables: { input } }, staff());
}

const reconcileNow = () => payments.actAs(staff(), (context) => reconcile(context));
const posted = (path: string) =>
  sandbox.stripe.requests.all().filter((request) => request.method === "POST" && request.path === path)
    .length;

describe("payments", () => {
  test("no tenant reaches another's rows", async () => {
    expect(await findTenantLeaks({ server: host.databaseServer, schema: "payments" })).toEqual([]);
  });

  test("an order is charged once, however often it is asked and whatever was lost on the way", async () => {
    const customer = await guest();
    sandbox.stripe.faults.add({ kind: "lose-answer", method: "POST", path: "/v1/payment_intents", times: 1 });
    const first = await charge(customer, { orderId: "once" });
    const again = await charge(customer, { orderId: "once" });
    expect(first.errors).toBeUndefined();
    expect(first.data.chargeOrder).toMatchObject({ amount: 17_943, status: "SUCCEEDED", orderId: "once" });
    expect(again.data.chargeOrder.id).toBe(first.data.chargeOrder.id);
    const found = await stripe.paymentIntents.search({ query: "metadata['orderId']:'once'" });
    expect(found.data).toHaveLength(1);
  });

  test("a payment that was made and never written down is found at Stripe, even after its key has lapsed", async () => {
    const customer = await guest();
    const made = await stripe.paymentIntents.create({
      ...{
        amount: 500,
        currency: "usd",
        customer: customer.id,
        payment_method: "pm_card_visa",
        confirm: true,
      },
      metadata: { orderId: "killed" },
    });
    sandbox.stripe.requests.clear();
    const { data } = await charge(customer, { orderId: "killed" });
    expect(data.chargeOrder.id).toBe(made.id);
    expect(posted("/v1/payment_intents")).toBe(0);
  });

  test.each([
    ["pm_card_chargeDeclined", "Your card was declined."],
    ["pm_card_chargeDeclinedInsufficientFunds", "Your card has insufficient funds."],
    ["pm_card_authenticationRequired", "Your card was declined. This transaction requires authentication."],
  ])("%s is told in Stripe's words, and another card may pay after it", async (card, reason) => {
    const customer = await guest(card);
    const orderId = `declined-${card}`;
    const { errors } = await charge(customer, { orderId });
    expect(errors?.[0]).toMatchObject({ message: reason, extensions: { code: "CARD_DECLINED" } });
    const method = await stripe.paymentMethods.attach("pm_card_mastercard", { customer: customer.id });
    await stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: method.id } });
    await reconcileNow();
    expect((await charge(customer, { orderId })).data.chargeOrder.status).toBe("SUCCEEDED");
  });

  test("a guest without a card, and amounts that are none, are refused before Stripe is asked to charge", async () => {
    const customer = await stripe.customers.create({ email: "cardless@example.com" });
    expect((await charge(customer)).errors?.[0]?.extensions.code).toBe("NO_CARD");
    for (const amount of [0, -5, 49, 100_000_000]) {
      const { errors } = await charge(customer, { amount });
      expect(errors?.[0]?.extensions).toMatchObject({ code: "BAD_USER_INPUT", field: "amount" });
    }
    expect(posted("/v1/payment_intents")).toBe(0);
  });

  test("is given back in parts, never more than was taken, and the same call twice once", async () => {
    const { data } = await charge(await guest());
    const { id } = data.chargeOrder;
    const refund = (amount: number, role = "ADMIN") =>
      ask(
        payments,
        `mutation { refundPayment(id: "${id}", amount: ${amount}) { refunded } }`,
        staff("pay-one", role),
      );
    expect((await refund(943)).data.refundPayment).toEqual({ refunded: 943 });
    expect((await refund(17_001)).errors?.[0]?.extensions.code).toBe("STRIPE_FAILED");
    expect((await refund(17_000)).data.refundPayment).toEqual({ refunded: 17_943 });
    expect((await refund(1, "STAFF")).errors?.[0]?.extensions.code).toBe("FORBIDDEN");
  });

  test("Stripe that is down is named, and asked no longer after so many times", async () => {
    sandbox.stripe.faults.add({
      ...{ kind: "answer", status: 503, answer: { error: { type: "api_error", message: "down" } } },
      headers: { "stripe-should-retry": "false" },
    });
    const codes = new Set<unknown>();
    for (let at = 0; at < 6; at++) {
      const { errors } = await ask(payments, '{ stripe { payment(id: "pi_1") { id } } }', staff("pay-down"));
      codes.add(errors?.[0]?.extensions.failure);
    }
    sandbox.stripe.faults.clear();
    expect([...codes]).toEqual(["UNAVAILABLE", "CIRCUIT_OPEN"]);
    expect((await charge(await guest())).data.chargeOrder.status).toBe("SUCCEEDED");
  });
});

describe("guests and customers", () => {
  test("a guest's cards, wine club and spending come by e-mail, for fifty in as many statements as for one", async () => {
    const customers: Stripe.Customer[] = [];
    for (let at = 0; at < 50; at++) customers.push(await guest());
    const [first] = customers;
    const product = await stripe.products.create({ name: "Wine club" });
    const price = await stripe.prices.create({
      ...{ product: product.id, currency: "usd", unit_amount: 4_900, recurring: { interval: "month" } },
    });
    await stripe.subscriptions.create({ customer: first!.id, items: [{ price: price.id }] });
    await charge(first!, { amount: 10_000 });
    await reconcileNow();
    const select = `... on Guest {
      totalSpent stripeCustomer { name } paymentMethods { type isDefault card { brand last4 } } activeSubscriptions { status items { unitAmount } }
    }`;
    const askFor = (emails: readonly (string | null)[]) =>
      askEntities(
        payments,
        { representations: emails.map((email) => ({ __typename: "Guest", email })), select },
        staff(),
      );
    const { data, errors } = await askFor([first!.email!.toUpperCase(), null]);
    expect(errors).toBeUndefined();
    expect(data._entities).toEqual([
      {
        totalSpent: 100,
        stripeCustomer: { name: first!.name },
        paymentMethods: [{ type: "CARD", isDefault: true, card: { brand: "visa", last4: "4242" } }],
        activeSubscriptions: [{ status: "ACTIVE", items: [{ unitAmount: 4_900 }] }],
      },
      { totalSpent: 0, stripeCustomer: null, paymentMethods: [], activeSubscriptions: [] },
    ]);
    const count = async (emails: readonly (string | null)[]) => {
      host.statements.length = 0;
      sandbox.stripe.requests.clear();
      expect((await askFor(emails)).data._entities).toHaveLength(emails.length);
      expect(sandbox.stripe.requests.all()).toEqual([]);
      return host.statements.length;
    };
    expect(await count(customers.map(({ email }) => email))).toBe(await count([first!.email]));
  });

  test("an order's payment comes by what the order says of it", async () => {
    const { data } = await charge(await guest());
    const { id } = data.chargeOrder;
    const representations = [
      { __typename: "Order", id: "1", paymentId: id },
      { __typename: "Order", id: "2", paymentId: null },
    ];
    const found = await askEntities(
      payments,
      { representations, select: "... on Order { payment { id status } }" },
      staff(),
    );
    expect(found.data._entities).toEqual([{ payment: { id, status: "SUCCEEDED" } }, { payment: null }]);
  });

  test("another tenant sees nothing of it", async () => {
    const customer = await guest();
    await reconcileNow();
    const query = `{ stripe { customers(email: "${customer.email}") { id } } }`;
    expect((await ask(payments, query, staff())).data.stripe.customers).toHaveLength(1);
    expect((await ask(payments, query, staff("pay-two"))).data.stripe.customers).toEqual([]);
  });
});

describe("Stripe's webhook", () => {
  interface Told {
    secret?: string;
    seconds?: number;
    tenant?: string;
    id?: string;
  }

  async function tell(type: string, object: unknown, told: Told = {}): Promise<number> {
    const {
      secret = webhookSecret,
      seconds = Math.floor(Date.now() / 1_000),
      tenant = "pay-one",
      id = `evt_${crypto.randomUUID()}`,
    } = told;
    const body = JSON.stringify({ id, object: "event", type, data: { object } });
    const response = await payments.app.request(`/webhooks/stripe/${tenant}`, {
      method: "POST",
      headers: { "stripe-signature": signStripeEvent(body, { secret, seconds }) },
      body,
    });
    return response.status;
  }

  async function waiting(): Promise<Stripe.PaymentIntent> {
    const customer = await guest();
    const method = "pm_card_authenticationRequired";
    const made = await stripe.paymentIntents.create({
      ...{ amount: 900, currency: "usd", customer: customer.id, payment_method: method, confirm: true },
    });
    await tell("payment_intent.requires_action", made);
    return made;
  }
  const statusOf = async (id: string) =>
    (await ask(payments, `{ stripe { payment(id: "${id}") { status disputes { status } } } }`, staff())).data
      .stripe.payment;

  test("a payment that waited for its bank succeeds, and no late event takes that back", async () => {
    const intent = await waiting();
    expect(await statusOf(intent.id)).toMatchObject({ status: "REQUIRES_ACTION" });
    const account = sandbox.stripe.account("pay-one");
    sandbox.stripe.payments.authenticate(account, account.paymentIntents.get(intent.id)!, true);
    await tell("payment_intent.succeeded", await stripe.paymentIntents.retrieve(intent.id));
    await tell("payment_intent.requires_action", intent);
    expect(await statusOf(intent.id)).toMatchObject({ status: "SUCCEEDED" });
  });

  test("a customer whose making is told late is not set back", async () => {
    const created = await guest();
    const phone = "+14155550199";
    await tell("customer.updated", await stripe.customers.update(created.id, { phone }));
    await tell("customer.created", created);
    const rows = await payments.actAs(staff(), (context) =>
      context.read((tx) =>
        tx.query.customers.findMany({ where: (table, { eq }) => eq(table.id, created.id) }),
      ),
    );
    expect(rows.map((row) => row.phone)).toEqual([phone]);
  });

  test("a dispute shows at its payment", async () => {
    const { data } = await charge(await guest("pm_card_createDispute"));
    const { id } = data.chargeOrder;
    await tell("charge.dispute.created", sandbox.stripe.account("pay-one").disputes.all().at(-1));
    expect(await statusOf(id)).toMatchObject({ disputes: [{ status: "needs_response" }] });
  });

  test("the same event twice counts once", async () => {
    const intent = await waiting();
    const succeeded = { ...intent, status: "succeeded" };
    const id = "evt_twice";
    expect([
      await tell("payment_intent.succeeded", succeeded, { id }),
      await tell("payment_intent.succeeded", succeeded, { id }),
    ]).toEqual([200, 200]);
    const events = await payments.actAs(staff(), (context) =>
      context.read((tx) => tx.query.stripeEvents.findMany({ where: (table, { eq }) => eq(table.id, id) })),
    );
    expect(events).toHaveLength(1);
  });

  test.each([
    ["a wrong signature", { secret: "whsec_other" }, 401],
    ["an old time", { seconds: 1_000_000_000 }, 401],
    ["a tenant without Stripe", { tenant: "nobody" }, 401],
    ["a tenant that cannot be", { tenant: "A%20B" }, 404],
  ])("%s is refused and stored nowhere", async (_, told, status) => {
    const intent = await waiting();
    expect(await tell("payment_intent.succeeded", { ...intent, status: "succeeded" }, told)).toBe(status);
    expect(await statusOf(intent.id)).toMatchObject({ status: "REQUIRES_ACTION" });
  });

  test("secrets are in no log line", () => {
    const lines = host.lines.join("\n");
    for (const { stripe } of Object.values(accounts)) expect(lines).not.toContain(stripe.secretKey);
    expect(lines).not.toContain(webhookSecret);
  });
});
