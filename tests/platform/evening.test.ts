import { beforeAll, describe, expect, test } from "bun:test";
import { eventually } from "@mycelium/database/testing";
import Stripe from "stripe";
import { demoAccount } from "../../start/demo.ts";
import { platformUnderTest } from "./platform-under-test.ts";

const under = platformUnderTest();
const { restaurantGuid } = demoAccount.toast;
let bearer: string;
beforeAll(async () => {
  bearer = await under.token();
});

let guests = 0;

interface Guest {
  firstName: string;
  lastName: string;
  email: string | null;
  phone: string | null;
}

/** Somebody with a saved card orders: the till tells of it by its webhook. */
async function orderOf({ card = "pm_card_visa", ...given }: Partial<Guest> & { card?: string | null } = {}) {
  guests += 1;
  const guest: Guest = {
    ...{ firstName: "Guest", lastName: `Number${guests}`, email: `guest${guests}@example.com` },
    phone: `+1555020${String(guests).padStart(4, "0")}`,
    ...given,
  };
  const { toast } = under.sandbox;
  if (card !== null) await saveCard(guest, card);
  const order = toast.openOrder(restaurantGuid, {
    items: [
      { name: "Lamb shoulder", quantity: 2, modifiers: ["medium"] },
      { name: "Barolo 2017", quantity: 1 },
    ],
    customer: guest,
    table: "Window 1",
  });
  let id = "";
  await eventually(async () => {
    const { data } = await under.ask(`{ toast { order(id: "${order.guid}") { id } } }`, { bearer });
    id = data?.toast?.order?.id ?? "";
    return id !== "";
  });
  return { id, guid: order.guid, guest };
}

/** As the restaurant's own customer at Stripe: the platform hears of it by webhooks. */
async function saveCard({ email, phone, firstName, lastName }: Guest, card: string): Promise<void> {
  const { hostname: host, port } = new URL(under.sandbox.url);
  const stripe = new Stripe(demoAccount.stripe.secretKey, { host, port, protocol: "http" });
  const [known] = email === null ? [] : (await stripe.customers.list({ email })).data;
  const about = { ...(email && { email }), ...(phone && { phone }), name: `${firstName} ${lastName}` };
  const customer = known ?? (await stripe.customers.create(about));
  const method = await stripe.paymentMethods.attach(card, { customer: customer.id });
  await stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: method.id } });
  await eventually(async () => {
    const query = `{ stripe { customer(id: "${customer.id}") { defaultPaymentMethod { id } } } }`;
    const { data } = await under.ask(query, { bearer });
    return data.stripe.customer?.defaultPaymentMethod?.id === method.id;
  });
}

const result = `order { id status tip total } payment { id amount status metadata }
  notifications { type status messageId error } loyaltyPointsEarned success errors`;

async function complete(orderId: string, more = "") {
  const query = `mutation { completeDinnerService(orderId: "${orderId}"${more}) { ${result} } }`;
  const { data, errors } = await under.ask(query, { bearer });
  expect(errors).toBeUndefined();
  return data.completeDinnerService;
}

const paymentsOf = (orderId: string) =>
  under.sandbox.stripe
    .account("vinovoyage")
    .paymentIntents.all()
    .filter(({ metadata, status }) => metadata.orderId === orderId && status === "succeeded");
const textsTo = (phone: string | null) =>
  under.sandbox.twilio
    .messages(demoAccount.twilio.accountSid)
    .all()
    .filter(({ shown }) => shown.to === phone);
const orderAt = async (id: string) => {
  const { data } = await under.ask(`{ toast { order(id: "${id}") { status tip total } } }`, { bearer });
  return data.toast.order;
};
const pointsOf = async (email: string | null) => {
  const query = `{ toast { searchGuests(query: "${email}") { loyaltyPoints segment } } }`;
  const { data } = await under.ask(query, { bearer });
  return data.toast.searchGuests[0].loyaltyPoints;
};

describe("a restaurant's evening, through the router", () => {
  test("a dinner is closed, charged, receipted twice and credited", async () => {
    const { id, guid, guest } = await orderOf();
    const dinner = await complete(id, ", tip: 25, receiptMethod: BOTH");
    const [payment, ...others] = paymentsOf(id);
    expect(others).toEqual([]);
    const total = 179.43;
    expect(dinner).toEqual({
      order: { id, status: "PAID", tip: 25, total },
      payment: {
        ...{ id: payment!.id, amount: 17_943, status: "SUCCEEDED" },
        metadata: { orderId: id, toastGuid: guid },
      },
      notifications: [
        { type: "EMAIL", status: "SENT", messageId: expect.any(String), error: null },
        {
          type: "SMS",
          status: expect.stringMatching(/SENT|DELIVERED/),
          messageId: expect.any(String),
          error: null,
        },
      ],
      ...{ loyaltyPointsEarned: 179, success: true, errors: [] },
    });
    expect(await pointsOf(guest.email)).toBe(179);

    const [mail] = under.sandbox.mailbox.to(guest.email ?? "");
    expect(mail).toMatchObject({ subject: "Your receipt from Vino Voyage" });
    expect(mail?.html).toContain("Lamb shoulder<br><small>medium</small>");
    const [text] = textsTo(guest.phone);
    const link = /https?:\S+/.exec(text?.shown.body ?? "")?.[0] ?? "";
    expect(link).toStartWith(`${under.platform.edgeUrl}/receipts/${payment!.id}/`);

    const page = await fetch(link);
    expect(page.headers.get("cache-control")).toBe("private, no-store");
    expect(await page.text()).toMatch(/Lamb shoulder[\s\S]*\$179\.43/);
    expect((await fetch(`${link}x`)).status).toBe(404);
    expect((await fetch(link.replace(payment!.id, "pi_another"))).status).toBe(404);
    expect((await fetch(link.replace("/vinovoyage/", "/another/"))).status).toBe(404);

    await eventually(async () => {
      const { data } = await under.ask(`{ dinner(orderId: "${id}") { notifications { type status } } }`, {
        bearer,
      });
      return data.dinner.notifications[1].status === "DELIVERED";
    });
  });

  test("an SMS that fails undoes nothing, and asking again charges, closes and credits nobody twice", async () => {
    const { id, guest } = await orderOf({ phone: "+15005550001" });
    const dinner = await complete(id, ", tip: 10, receiptMethod: BOTH");
    expect(dinner).toMatchObject({
      payment: { status: "SUCCEEDED" },
      notifications: [
        { type: "EMAIL", status: "SENT" },
        { type: "SMS", status: "FAILED" },
      ],
      success: false,
    });
    expect(dinner.errors).toEqual([expect.stringContaining("SMS receipt failed: Failed to send SMS: ")]);
    const again = await complete(id, ", tip: 99, receiptMethod: BOTH");
    expect(again.order).toEqual(dinner.order);
    expect(paymentsOf(id)).toHaveLength(1);
    expect(under.sandbox.mailbox.to(guest.email ?? "")).toHaveLength(1);
    expect(await pointsOf(guest.email)).toBe(dinner.loyaltyPointsEarned);
  });

  test("asked for ten times at once, it happens once", async () => {
    const { id, guest } = await orderOf();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => complete(id, ", receiptMethod: BOTH")),
    );
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(paymentsOf(id)).toHaveLength(1);
    expect(under.sandbox.mailbox.to(guest.email ?? "")).toHaveLength(1);
    expect(textsTo(guest.phone)).toHaveLength(1);
  });

  test("a card that is declined leaves an order that is not paid, no receipt and no points; another card pays it", async () => {
    const { id, guest } = await orderOf({ card: "pm_card_chargeDeclined" });
    expect(await complete(id, ", tip: 25, receiptMethod: BOTH")).toEqual({
      ...{ order: null, payment: null, notifications: [], loyaltyPointsEarned: 0, success: false },
      errors: ["Your card was declined."],
    });
    expect(await orderAt(id)).toEqual({ status: "CLOSED", tip: null, total: 154.43 });
    expect(textsTo(guest.phone)).toEqual([]);
    expect(await pointsOf(guest.email)).toBe(0);

    await saveCard(guest, "pm_card_mastercard");
    const paid = await complete(id, ", tip: 20, receiptMethod: BOTH");
    expect(paid).toMatchObject({ order: { status: "PAID", tip: 20, total: 174.43 }, success: true });
    expect(paymentsOf(id)).toHaveLength(1);
  });

  test("while the till is away the guest is charged once, and the till hears of it when it is back", async () => {
    const { id } = await orderOf();
    under.sandbox.toast.faults.add({
      kind: "answer",
      method: "POST",
      path: "payments",
      status: 503,
      answer: {},
    });
    const dinner = await complete(id);
    expect(dinner).toMatchObject({ payment: { status: "SUCCEEDED" }, success: false });
    expect(dinner.errors).toHaveLength(1);
    expect((await orderAt(id)).status).toBe("CLOSED");
    under.sandbox.toast.faults.clear();
    const again = await complete(id);
    expect(again).toMatchObject({ order: { status: "PAID" }, success: true, errors: [] });
    expect(paymentsOf(id)).toHaveLength(1);
  });

  test("a guest without a phone, and an order without a guest", async () => {
    const silent = await orderOf({ phone: null });
    const dinner = await complete(silent.id, ", receiptMethod: SMS");
    expect(dinner).toMatchObject({ notifications: [], success: true });
    expect(await complete("no-such-order")).toMatchObject({ order: null, success: false });
  });

  test("one guest, seen whole across four providers, the same by either way", async () => {
    const { id, guest } = await orderOf();
    await complete(id, ", tip: 5, receiptMethod: BOTH");
    const unified = `{ unifiedGuest(email: "${guest.email}", phone: "${guest.phone}") {
      email phone name visitCount stripeCustomerId paymentMethods { card { last4 } } subscriptions { id }
      phoneVerified phoneType emailEngagement { sent } loyaltyPoints segment missing } }`;
    const { data, errors } = await under.ask(unified, { bearer });
    expect(errors).toBeUndefined();
    expect(data.unifiedGuest).toMatchObject({
      ...{
        email: guest.email,
        phone: guest.phone,
        name: `${guest.firstName} ${guest.lastName}`,
        visitCount: 1,
      },
      ...{ paymentMethods: [{ card: { last4: "4242" } }], subscriptions: [], phoneVerified: true },
      ...{ phoneType: expect.any(String), emailEngagement: { sent: 1 }, segment: "NEW", missing: [] },
    });
    const route = `{ toast { order(id: "${id}") { guest { name loyaltyPoints segment
      paymentMethods { card { last4 } } stripeCustomer { id } smsHistory { status } emailEngagement { sent } } } } }`;
    const { data: routed } = await under.ask(route, { bearer });
    expect(routed.toast.order.guest).toMatchObject({
      ...{ name: data.unifiedGuest.name, loyaltyPoints: data.unifiedGuest.loyaltyPoints, segment: "NEW" },
      ...{ paymentMethods: data.unifiedGuest.paymentMethods, emailEngagement: { sent: 1 } },
      stripeCustomer: { id: data.unifiedGuest.stripeCustomerId },
      smsHistory: [{ status: expect.any(String) }],
    });

    under.sandbox.twilio.faults.add({ kind: "answer", path: "PhoneNumbers", status: 503, answer: {} });
    const away = await under.ask(unified.replace(guest.phone!, "+15550209999"), { bearer });
    under.sandbox.twilio.faults.clear();
    expect(away.data.unifiedGuest).toMatchObject({
      ...{ name: data.unifiedGuest.name, phoneType: null, phoneVerified: false, missing: ["sms"] },
      paymentMethods: data.unifiedGuest.paymentMethods,
    });
    expect(away.errors).toHaveLength(1);

    const nobody = await under.ask(`{ unifiedGuest(email: "nobody@example.com") { name } }`, { bearer });
    expect(nobody.data.unifiedGuest).toBeNull();
    const wrong = await under.ask("{ unifiedGuest { name } }", { bearer });
    expect(wrong.errors?.[0]?.message).toBe("email or phone is needed");
  });

  test("a guest without an e-mail has empty lists, not an error", async () => {
    const { id } = await orderOf({ email: null, card: null });
    const { data, errors } = await under.ask(
      `{ toast { order(id: "${id}") { guest { paymentMethods { id } totalSpent smsHistory { sid } emailEngagement { sent } loyaltyPoints } } } }`,
      { bearer },
    );
    expect(errors).toBeUndefined();
    expect(data.toast.order.guest).toEqual({
      ...{ paymentMethods: [], totalSpent: 0, smsHistory: [], emailEngagement: null, loyaltyPoints: 0 },
    });
  });
});
