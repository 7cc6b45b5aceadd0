import { beforeAll, describe, expect, test } from "bun:test";
import type { ValidateFunction } from "ajv";
import { realSurroundings } from "../core/surroundings.ts";
import { stripeDescription } from "../test-support/provider-descriptions.ts";
import { schemasOf } from "../test-support/validate-with.ts";
import { createStripeSandbox, type StripeSandbox, stripeApiVersion } from "./stripe-provider.ts";

const key = "sk_test_description_0123456789";

describe.skipIf(!Bun.which("go"))("the Stripe sandbox, held against Stripe's own description", () => {
  let schema: (name: string) => ValidateFunction;
  let version: string;
  beforeAll(() => {
    const description = stripeDescription()!;
    schema = schemasOf(description);
    version = (description.info as { version: string }).version;
  }, 120_000);

  test("is of the description's release", () => {
    expect(stripeApiVersion).toBe(version);
  });

  test("every object has the fields and types that the description demands", async () => {
    const sandbox = createStripeSandbox(realSurroundings);
    sandbox.addKey("one", key);
    const objects = await makeOneOfEach(sandbox);
    for (const object of objects) {
      const validate = schema(String(object.object));
      const isValid = validate(object);
      expect({ object: object.object, problems: isValid ? [] : validate.errors }).toEqual({
        object: object.object,
        problems: [],
      });
    }
    expect(new Set(objects.map(({ object }) => object)).size).toBe(11);
  }, 60_000);

  test("an object that lacks a demanded field is found out", () => {
    expect(schema("customer")({ id: "cus_1", object: "customer" })).toBe(false);
  });
});

type Made = Record<string, unknown> & { id: string };

async function makeOneOfEach({ app, account }: StripeSandbox): Promise<Made[]> {
  const send = async (method: string, path: string, form: Record<string, string> = {}): Promise<Made> => {
    const body = method === "GET" ? null : new URLSearchParams(form);
    const response = await app.request(path, { method, headers: { authorization: `Bearer ${key}` }, body });
    const value = (await response.json()) as Made;
    if (response.status !== 200) throw new Error(`${path}: ${JSON.stringify(value)}`);
    return value;
  };
  const customer = await send("POST", "/v1/customers", { email: "ada@example.com" });
  const method = await send("POST", "/v1/payment_methods/pm_card_createDispute/attach", {
    customer: customer.id,
  });
  const intent = await send("POST", "/v1/payment_intents", {
    amount: "500",
    currency: "usd",
    customer: customer.id,
    payment_method: method.id,
    confirm: "true",
  });
  const refund = await send("POST", "/v1/refunds", { payment_intent: intent.id });
  const product = await send("POST", "/v1/products", { name: "Wine club" });
  const price = await send("POST", "/v1/prices", {
    product: product.id,
    currency: "usd",
    unit_amount: "4900",
    "recurring[interval]": "month",
  });
  const subscription = await send("POST", "/v1/subscriptions", {
    customer: customer.id,
    "items[0][price]": price.id,
  });
  const endpoint = await send("POST", "/v1/webhook_endpoints", {
    url: "http://127.0.0.1:9/hook",
    "enabled_events[0]": "never.happens",
  });
  const { charges, disputes, events } = account("one");
  const stored = [charges, disputes, events].map((collection) => collection.all().at(-1) as unknown as Made);
  const intentNow = await send("GET", `/v1/payment_intents/${intent.id}`);
  return [customer, method, intentNow, refund, product, price, subscription, endpoint, ...stored];
}
