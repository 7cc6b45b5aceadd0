import { beforeAll, expect, test } from "bun:test";
import { eventually } from "@mycelium/database/testing";
import { demoAccount } from "../../start/demo.ts";
import { platformUnderTest } from "./platform-under-test.ts";

const under = platformUnderTest();
const guests = Array.from({ length: 50 }, (_, index) => ({
  ...{ firstName: "Guest", lastName: String(index), email: `many${index}@example.com` },
  phone: `+1555040${String(index).padStart(4, "0")}`,
}));
let bearer: string;

beforeAll(async () => {
  bearer = await under.token();
  for (const customer of guests) {
    const items = [{ name: "Espresso", quantity: 1 }];
    under.sandbox.toast.openOrder(demoAccount.toast.restaurantGuid, { items, customer });
  }
  await eventually(async () => (await ordersOf(100)).length === 53);
  under.statements.length = 0;
}, 60_000);

const fields = `guest { name stripeCustomer { id } paymentMethods { id } totalSpent
  smsHistory(limit: 3) { status } lastSMS { status } phoneType emailEngagement { opens } loyaltyPoints segment }
  payment { id amount }`;

async function ordersOf(limit: number) {
  const { data, errors } = await under.ask(`{ toast { orders(limit: ${limit}) { id ${fields} } } }`, {
    bearer,
  });
  expect(errors).toBeUndefined();
  return data.toast.orders;
}

/** Statements of what is asked: work in the background has its own. */
async function statementsFor(limit: number): Promise<number> {
  const asked =
    /from "(orders|guests|order_items|customers|payments|payment_methods|messages|phones|addresses|loyalty_accounts)"|FROM payments/;
  under.statements.length = 0;
  expect((await ordersOf(limit)).length).toBe(limit);
  return under.statements.filter((sql) => asked.test(sql)).length;
}

const providerCalls = () =>
  [under.sandbox.toast, under.sandbox.stripe, under.sandbox.twilio].reduce(
    (sum, { requests }) => sum + requests.all().length,
    0,
  );

test("fifty guests with payments, messages and mails take as many statements as two, and no call to a provider", async () => {
  const before = providerCalls();
  const [two, fifty] = [await statementsFor(2), await statementsFor(50)];
  expect(two).toBeGreaterThan(5);
  expect(fifty).toBe(two);
  expect(providerCalls()).toBe(before);
});
