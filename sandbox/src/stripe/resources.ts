import type { FormObject } from "../core/form.ts";
import type { StripeAccount } from "./account.ts";
import type { ObjectBuilder } from "./build-objects.ts";
import type { Events } from "./events.ts";
import { listPage, listParams, searchFilter } from "./lists.ts";
import type { Customer, PaymentIntent, StripeObject } from "./objects.ts";
import { Parameters } from "./parameters.ts";
import type { Payments } from "./payments.ts";
import { invalid, noSuch } from "./stripe-error.ts";

export interface ResourceParts {
  build: ObjectBuilder;
  events: Events;
  payments: Payments;
}

export interface StripeRequest {
  account: StripeAccount;
  /** Parts of the path that stand for something. */
  id: string;
  form: FormObject;
}

export interface Resource {
  method: "GET" | "POST" | "DELETE";
  path: string;
  answer(request: StripeRequest, parts: ResourceParts): unknown;
}

/** Everything of Stripe's API that the sandbox has, in the order of its documentation. */
export const resources: readonly Resource[] = [
  { method: "POST", path: "/v1/customers", answer: createCustomer },
  { method: "GET", path: "/v1/customers", answer: listCustomers },
  {
    method: "GET",
    path: "/v1/customers/:id",
    answer: ({ account, id }) => find("customer", account.customers, id),
  },
  { method: "POST", path: "/v1/customers/:id", answer: updateCustomer },
  { method: "GET", path: "/v1/customers/:id/payment_methods", answer: listMethods },
  { method: "GET", path: "/v1/payment_methods", answer: listMethods },
  {
    method: "GET",
    path: "/v1/payment_methods/:id",
    answer: ({ account, id }) => find("PaymentMethod", account.paymentMethods, id),
  },
  { method: "POST", path: "/v1/payment_methods/:id/attach", answer: attachMethod },
  { method: "POST", path: "/v1/payment_methods/:id/detach", answer: detachMethod },
  { method: "POST", path: "/v1/payment_intents", answer: createIntent },
  { method: "GET", path: "/v1/payment_intents", answer: listIntents },
  { method: "GET", path: "/v1/payment_intents/search", answer: searchIntents },
  { method: "GET", path: "/v1/payment_intents/:id", answer: ({ account, id }) => findIntent(account, id) },
  { method: "POST", path: "/v1/payment_intents/:id/confirm", answer: confirmIntent },
  { method: "POST", path: "/v1/payment_intents/:id/capture", answer: captureIntent },
  { method: "POST", path: "/v1/payment_intents/:id/cancel", answer: cancelIntent },
  {
    method: "GET",
    path: "/v1/charges",
    answer: ({ account, form }) => list(account.charges, "/v1/charges", form),
  },
  {
    method: "GET",
    path: "/v1/charges/:id",
    answer: ({ account, id }) => find("charge", account.charges, id),
  },
  { method: "POST", path: "/v1/refunds", answer: createRefund },
  {
    method: "GET",
    path: "/v1/refunds",
    answer: ({ account, form }) => list(account.refunds, "/v1/refunds", form),
  },
  {
    method: "GET",
    path: "/v1/refunds/:id",
    answer: ({ account, id }) => find("refund", account.refunds, id),
  },
  {
    method: "GET",
    path: "/v1/disputes",
    answer: ({ account, form }) => list(account.disputes, "/v1/disputes", form),
  },
  {
    method: "GET",
    path: "/v1/disputes/:id",
    answer: ({ account, id }) => find("dispute", account.disputes, id),
  },
  { method: "POST", path: "/v1/products", answer: createProduct },
  {
    method: "GET",
    path: "/v1/products/:id",
    answer: ({ account, id }) => find("product", account.products, id),
  },
  { method: "POST", path: "/v1/prices", answer: createPrice },
  { method: "GET", path: "/v1/prices/:id", answer: ({ account, id }) => find("price", account.prices, id) },
  { method: "POST", path: "/v1/subscriptions", answer: createSubscription },
  { method: "GET", path: "/v1/subscriptions", answer: listSubscriptions },
  {
    method: "GET",
    path: "/v1/subscriptions/:id",
    answer: ({ account, id }) => find("subscription", account.subscriptions, id),
  },
  { method: "DELETE", path: "/v1/subscriptions/:id", answer: cancelSubscription },
  { method: "GET", path: "/v1/events", answer: listEvents },
  { method: "GET", path: "/v1/events/:id", answer: ({ account, id }) => find("event", account.events, id) },
  { method: "POST", path: "/v1/webhook_endpoints", answer: createEndpoint },
  { method: "GET", path: "/v1/webhook_endpoints", answer: listEndpoints },
];

interface Found<T> {
  get(id: string): T | undefined;
  newestFirst(): T[];
}

function find<T>(kind: string, collection: Found<T>, id: string): T {
  const found = collection.get(id);
  if (found === undefined) throw noSuch(kind, id);
  return found;
}

const filters = ["customer", "payment_intent", "charge"] as const;

function list<T extends StripeObject>(collection: Found<T>, url: string, form: FormObject) {
  const parameters = new Parameters(form, [...listParams, ...filters]);
  const wanted = filters
    .map((name) => [name, parameters.text(name)] as const)
    .filter(([, value]) => value !== null);
  const items = collection
    .newestFirst()
    .filter((item) => wanted.every(([name, value]) => item[name] === value));
  return listPage(items, url, form);
}

const customerParams = [
  "email",
  "name",
  "phone",
  "description",
  "metadata",
  "payment_method",
  "invoice_settings",
];

function createCustomer(
  { account, form }: StripeRequest,
  { build, events, payments }: ResourceParts,
): Customer {
  const parameters = new Parameters(form, customerParams);
  const email = readEmail(parameters);
  const customer = build.customer({
    email,
    name: parameters.text("name"),
    phone: parameters.text("phone"),
    description: parameters.text("description"),
    metadata: parameters.metadata(),
  });
  const method = parameters.text("payment_method");
  if (method !== null) payments.attach(account, payments.findMethod(account, method, null), customer);
  account.customers.put(customer);
  chooseDefault(account, customer, parameters);
  events.emit(account, "customer.created", customer);
  return customer;
}

function updateCustomer({ account, id, form }: StripeRequest, { events }: ResourceParts): Customer {
  const parameters = new Parameters(form, customerParams);
  const customer = find("customer", account.customers, id);
  for (const name of ["name", "phone", "description"]) {
    if (form[name] !== undefined) Object.assign(customer, { [name]: parameters.text(name) });
  }
  if (form.email !== undefined) customer.email = readEmail(parameters);
  Object.assign(customer.metadata, parameters.metadata());
  chooseDefault(account, customer, parameters);
  events.emit(account, "customer.updated", customer);
  return customer;
}

function readEmail(parameters: Parameters): string | null {
  const email = parameters.text("email");
  if (email !== null && !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email)) {
    throw invalid(`Invalid email address: ${email}`, { code: "email_invalid", param: "email" });
  }
  return email;
}

function chooseDefault(account: StripeAccount, customer: Customer, parameters: Parameters): void {
  const id = parameters.object("invoice_settings")?.default_payment_method;
  if (typeof id !== "string") return;
  const method = find("PaymentMethod", account.paymentMethods, id);
  if (method.customer !== customer.id) throw invalid("The payment method must be attached to the customer.");
  customer.invoice_settings.default_payment_method = id;
}

function listCustomers({ account, form }: StripeRequest) {
  const email = new Parameters(form, [...listParams, "email"]).text("email");
  // As Stripe does, letter for letter.
  const customers = account.customers
    .newestFirst()
    .filter((customer) => email === null || customer.email === email);
  return listPage(customers, "/v1/customers", form);
}

function listMethods({ account, id, form }: StripeRequest) {
  const parameters = new Parameters(form, [...listParams, "customer", "type"]);
  const customer = id || parameters.required("customer");
  find("customer", account.customers, customer);
  const type = parameters.text("type");
  const methods = account.paymentMethods
    .newestFirst()
    .filter((method) => method.customer === customer && (type === null || method.type === type));
  return listPage(methods, id ? `/v1/customers/${id}/payment_methods` : "/v1/payment_methods", form);
}

function attachMethod({ account, id, form }: StripeRequest, { payments }: ResourceParts) {
  const customer = find(
    "customer",
    account.customers,
    new Parameters(form, ["customer"]).required("customer"),
  );
  return payments.attach(account, payments.findMethod(account, id, null), customer);
}

function detachMethod({ account, id }: StripeRequest, { events }: ResourceParts) {
  const method = find("PaymentMethod", account.paymentMethods, id);
  method.customer = null;
  events.emit(account, "payment_method.detached", method);
  return method;
}

const intentParams = [
  ...["amount", "currency", "customer", "payment_method", "capture_method", "metadata", "description"],
  ...["receipt_email", "setup_future_usage", "confirm", "off_session", "payment_method_types"],
  ...["automatic_payment_methods", "return_url", "statement_descriptor_suffix", "error_on_requires_action"],
];

const amountMax = 99_999_999;
const amountMin = 50;

function createIntent({ account, form }: StripeRequest, { build, events, payments }: ResourceParts) {
  const parameters = new Parameters(form, intentParams);
  parameters.required("amount");
  const amount = parameters.integer("amount")!;
  const currency = parameters.required("currency").toLowerCase();
  if (!/^[a-z]{3}$/.test(currency)) throw invalid(`Invalid currency: ${currency}`, { param: "currency" });
  if (amount < 1)
    throw invalid("This value must be greater than or equal to 1.", {
      param: "amount",
      code: "parameter_invalid_integer",
    });
  if (amount < amountMin)
    throw invalid("Amount must be at least $0.50 usd", { param: "amount", code: "amount_too_small" });
  if (amount > amountMax)
    throw invalid("Amount must be no more than $999,999.99", { param: "amount", code: "amount_too_large" });
  const customer = parameters.text("customer");
  if (customer !== null) find("customer", account.customers, customer);
  const method = parameters.text("payment_method");
  const intent = build.paymentIntent({
    amount,
    currency,
    customer,
    payment_method: method === null ? null : payments.findMethod(account, method, customer).id,
    capture_method: parameters.text("capture_method") ?? "automatic_async",
    metadata: parameters.metadata(),
    description: parameters.text("description"),
    receipt_email: parameters.text("receipt_email"),
    setup_future_usage: parameters.text("setup_future_usage"),
  });
  if (parameters.flag("off_session") && !parameters.flag("confirm")) {
    throw invalid("off_session can only be used with confirm=true.", { param: "off_session" });
  }
  account.paymentIntents.put(intent);
  events.emit(account, "payment_intent.created", intent);
  if (!parameters.flag("confirm")) return intent;
  return payments.confirm(account, intent, { offSession: parameters.flag("off_session") });
}

function findIntent(account: StripeAccount, id: string): PaymentIntent {
  return find("payment_intent", account.paymentIntents, id);
}

function listIntents({ account, form }: StripeRequest) {
  return list(account.paymentIntents, "/v1/payment_intents", form);
}

function searchIntents({ account, form }: StripeRequest) {
  const parameters = new Parameters(form, ["query", "limit", "page"]);
  const matches = searchFilter(parameters.required("query"));
  const limit = parameters.integer("limit") ?? 10;
  const found = account.paymentIntents.newestFirst().filter(matches);
  return {
    object: "search_result",
    url: "/v1/payment_intents/search",
    has_more: found.length > limit,
    data: found.slice(0, limit),
    next_page: null,
  };
}

function confirmIntent({ account, id, form }: StripeRequest, { payments }: ResourceParts) {
  const parameters = new Parameters(form, ["payment_method", "off_session", "return_url"]);
  const intent = findIntent(account, id);
  const method = parameters.text("payment_method");
  if (method !== null) intent.payment_method = payments.findMethod(account, method, intent.customer).id;
  return payments.confirm(account, intent, { offSession: parameters.flag("off_session") });
}

function captureIntent({ account, id, form }: StripeRequest, { payments }: ResourceParts) {
  const amount = new Parameters(form, ["amount_to_capture"]).integer("amount_to_capture");
  return payments.capture(account, findIntent(account, id), amount);
}

function cancelIntent({ account, id, form }: StripeRequest, { payments }: ResourceParts) {
  const reason = new Parameters(form, ["cancellation_reason"]).text("cancellation_reason");
  return payments.cancel(account, findIntent(account, id), reason);
}

function createRefund({ account, form }: StripeRequest, { payments }: ResourceParts) {
  const parameters = new Parameters(form, ["payment_intent", "charge", "amount", "reason", "metadata"]);
  const intent = parameters.text("payment_intent");
  const chargeId =
    intent === null ? parameters.required("charge") : findIntent(account, intent).latest_charge;
  if (chargeId === null) throw invalid("This PaymentIntent does not have a successful charge to refund.");
  return payments.refund(account, find("charge", account.charges, chargeId), {
    amount: parameters.integer("amount"),
    reason: parameters.text("reason"),
    metadata: parameters.metadata(),
  });
}

function createProduct({ account, form }: StripeRequest, { build }: ResourceParts) {
  const parameters = new Parameters(form, ["name", "metadata"]);
  return account.products.put(
    build.product({ name: parameters.required("name"), metadata: parameters.metadata() }),
  );
}

function createPrice({ account, form }: StripeRequest, { build }: ResourceParts) {
  const parameters = new Parameters(form, ["product", "unit_amount", "currency", "recurring"]);
  const product = find("product", account.products, parameters.required("product"));
  const interval = parameters.object("recurring")?.interval;
  return account.prices.put(
    build.price({
      product: product.id,
      unit_amount: parameters.integer("unit_amount") ?? 0,
      currency: parameters.required("currency"),
      interval: typeof interval === "string" ? interval : null,
    }),
  );
}

function createSubscription({ account, form }: StripeRequest, { build, events }: ResourceParts) {
  const parameters = new Parameters(form, ["customer", "items", "metadata"]);
  const customer = find("customer", account.customers, parameters.required("customer"));
  const items = parameters.list("items").map((item) => {
    const { price, quantity } = item as FormObject;
    return { price: find("price", account.prices, String(price)), quantity: Number(quantity ?? 1) };
  });
  if (items.length === 0) throw invalid("Missing required param: items.", { param: "items" });
  const given = { customer: customer.id, items, metadata: parameters.metadata(), status: "active" };
  const subscription = account.subscriptions.put(build.subscription(given));
  events.emit(account, "customer.subscription.created", subscription);
  return subscription;
}

function listSubscriptions({ account, form }: StripeRequest) {
  const parameters = new Parameters(form, [...listParams, "customer", "status", "price"]);
  const [customer, status] = [parameters.text("customer"), parameters.text("status")];
  const matches = (found: string) =>
    status === "all" || (status === null ? found !== "canceled" : found === status);
  const subscriptions = account.subscriptions
    .newestFirst()
    .filter((item) => (customer === null || item.customer === customer) && matches(item.status));
  return listPage(subscriptions, "/v1/subscriptions", form);
}

function cancelSubscription({ account, id }: StripeRequest, { events }: ResourceParts) {
  const subscription = find("subscription", account.subscriptions, id);
  subscription.status = "canceled";
  events.emit(account, "customer.subscription.deleted", subscription);
  return subscription;
}

function listEvents({ account, form }: StripeRequest) {
  const type = new Parameters(form, [...listParams, "type", "types"]).text("type");
  const events = account.events.newestFirst().filter((event) => type === null || event.type === type);
  return listPage(events, "/v1/events", form);
}

function createEndpoint({ account, form }: StripeRequest, { build }: ResourceParts) {
  const parameters = new Parameters(form, [
    "url",
    "enabled_events",
    "description",
    "api_version",
    "metadata",
  ]);
  return account.webhookEndpoints.put(
    build.webhookEndpoint({
      url: parameters.required("url"),
      enabledEvents: parameters.list("enabled_events").map(String),
      description: parameters.text("description"),
      apiVersion: parameters.text("api_version"),
      metadata: parameters.metadata(),
    }),
  );
}

function listEndpoints({ account, form }: StripeRequest) {
  // The secret is shown once, when the endpoint is made.
  const endpoints = account.webhookEndpoints
    .newestFirst()
    .map(({ secret: _, ...rest }) => rest as StripeObject);
  return listPage(endpoints, "/v1/webhook_endpoints", form);
}
