import { createHmac } from "node:crypto";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { createProviderBase, type Provider } from "../core/provider.ts";
import type { Surroundings } from "../core/surroundings.ts";
import { type NewOrder, Restaurant } from "./restaurant.ts";
import { type ToastCheck, type ToastOrder, type ToastPayment, toastTime } from "./toast-objects.ts";

export interface ToastClientCredentials {
  clientId: string;
  clientSecret: string;
  restaurantGuid: string;
}

export interface ToastSandbox extends Provider {
  addClient(credentials: ToastClientCredentials): Restaurant;
  removeClient(clientId: string): void;
  restaurant(guid: string): Restaurant;
  /** Orders of this restaurant are told to a URL from now on, signed with the secret. */
  addWebhook(restaurantGuid: string, webhook: { url: string; secret: string }): void;
  /** A guest sits down and orders. */
  openOrder(restaurantGuid: string, order: NewOrder): ToastOrder;
}

const tokenLifetimeMs = 24 * 3_600_000;
const pageSizeMax = 100;
const tokensMax = 10_000;

export function createToastSandbox(surroundings: Surroundings): ToastSandbox {
  const base = createProviderBase(surroundings);
  const { app, webhooks } = base;
  const clients = new Map<string, ToastClientCredentials>();
  const restaurants = new Map<string, Restaurant>();
  const tokens = new Map<string, { clientId: string; expiresMs: number }>();
  const receivers = new Map<string, { url: string; secret: string }[]>();

  app.post("/authentication/v1/authentication/login", async (context) => {
    const { clientId, clientSecret, userAccessType } = await readObject(context);
    const client = clients.get(String(clientId));
    if (!client || client.clientSecret !== clientSecret)
      return refuse(context, 401, "Invalid credentials", 10010);
    if (userAccessType !== "TOAST_MACHINE_CLIENT")
      return refuse(context, 400, "Unknown userAccessType", 10000);
    const accessToken = surroundings.randomId(48);
    tokens.set(accessToken, {
      clientId: client.clientId,
      expiresMs: surroundings.now().getTime() + tokenLifetimeMs,
    });
    if (tokens.size > tokensMax) tokens.delete(tokens.keys().next().value!);
    return context.json({
      status: "SUCCESS",
      token: {
        tokenType: "Bearer",
        accessToken,
        expiresIn: tokenLifetimeMs / 1_000,
        scope: null,
        idToken: null,
      },
    });
  });

  app.get("/orders/v2/ordersBulk", (context) => {
    const { orders } = authenticate(context);
    const { startDate, endDate, businessDate } = context.req.query();
    const isDay = businessDate !== undefined;
    if (!isDay && (startDate === undefined || endDate === undefined)) {
      return refuse(context, 400, "Either businessDate, or startDate and endDate are required", 10000);
    }
    const page = wholeNumber(context, "page", 1);
    const pageSize = wholeNumber(context, "pageSize", pageSizeMax);
    if (page < 1 || pageSize < 1 || pageSize > pageSizeMax) {
      return refuse(context, 400, `pageSize is from 1 to ${pageSizeMax}, page from 1`, 10000);
    }
    const [start, end] = [startDate, endDate].map((text) => readTime(text ?? ""));
    const found = orders.all().filter((order) => {
      const modified = readTime(order.modifiedDate);
      return isDay ? order.businessDate === Number(businessDate) : modified >= start! && modified < end!;
    });
    return context.json(found.slice((page - 1) * pageSize, page * pageSize).map(writeOrder));
  });

  app.get("/orders/v2/orders/:guid", (context) => context.json(writeOrder(findOrder(context).order)));

  app.post("/orders/v2/orders/:guid/checks/:check/payments", async (context) => {
    const { restaurant, order } = findOrder(context);
    const check = findCheck(context, order);
    const body: unknown = await context.req.json().catch(() => undefined);
    if (!Array.isArray(body) || body.length === 0 || body.length > 10) {
      return refuse(context, 400, "A list of payments is required", 10000);
    }
    if (order.voided) return refuse(context, 400, "The order is voided", 10005);
    for (const payment of body as Partial<ToastPayment>[]) {
      const { type, amount, tipAmount = 0, externalId = null } = payment;
      if (!isAmount(amount) || !isAmount(tipAmount))
        return refuse(context, 400, "amount is not an amount", 10000);
      if (type !== "CREDIT" && type !== "OTHER")
        return refuse(context, 400, `Payments of type ${type} cannot be added`, 10006);
      const isKnown = externalId !== null && check.payments.some((other) => other.externalId === externalId);
      if (!isKnown) restaurant.pay(order, check, { type, amount, tipAmount, externalId });
    }
    tell(restaurant, order);
    return context.json(writeOrder(order));
  });

  app.patch("/orders/v2/orders/:guid/checks/:check/payments/:payment", async (context) => {
    const { restaurant, order } = findOrder(context);
    const payment = findCheck(context, order).payments.find(
      ({ guid }) => guid === context.req.param("payment"),
    );
    if (!payment) return refuse(context, 404, "Payment not found", 10002);
    const body = await readObject(context);
    const others = Object.keys(body).filter((key) => key !== "tipAmount");
    if (others.length > 0)
      return refuse(context, 400, `Only tipAmount can be changed, not ${others.join(", ")}`, 10000);
    if (!isAmount(body.tipAmount)) return refuse(context, 400, "tipAmount is not an amount", 10000);
    if (payment.type !== "OTHER" && payment.paymentStatus !== "AUTHORIZED") {
      return refuse(context, 400, "Tips can be changed on authorized payments only", 10007);
    }
    restaurant.tip(order, payment, body.tipAmount);
    tell(restaurant, order);
    return context.json(writeOrder(order));
  });

  app.post("/orders/v2/orders/:guid/void", (context) => {
    const { restaurant, order } = findOrder(context);
    if (order.checks.some(({ payments }) => payments.length > 0)) {
      return refuse(context, 400, "An order with payments cannot be voided", 10008);
    }
    restaurant.void(order);
    tell(restaurant, order);
    return context.json(writeOrder(order));
  });

  app.get("/config/v2/tables", (context) => context.json(authenticate(context).tables));
  app.get("/menus/v2/menus", (context) => context.json(authenticate(context).menus));
  app.get("/menus/v2/metadata", (context) => {
    const { guid, menus } = authenticate(context);
    return context.json({ restaurantGuid: guid, lastUpdated: menus.lastUpdated });
  });
  app.get("/labor/v1/employees", (context) => context.json(authenticate(context).employees));
  app.notFound((context) => refuse(context, 404, "Not found", 10002));
  app.onError((error, context) => {
    if (error instanceof HTTPException) return error.getResponse();
    console.error(error);
    return refuse(context, 500, "Internal error", 10001);
  });

  function authenticate(context: Context): Restaurant {
    const token = tokens.get((context.req.header("authorization") ?? "").replace(/^Bearer /, ""));
    const client = token && clients.get(token.clientId);
    if (!client || token.expiresMs <= surroundings.now().getTime())
      throw refusal(context, 401, "Unauthorized", 10010);
    const guid = context.req.header("toast-restaurant-external-id");
    if (guid === undefined) throw refusal(context, 400, "Toast-Restaurant-External-ID is required", 10000);
    const restaurant = guid === client.restaurantGuid ? restaurants.get(guid) : undefined;
    if (!restaurant) throw refusal(context, 403, "No access to this restaurant", 10011);
    return restaurant;
  }

  function findOrder(context: Context) {
    const restaurant = authenticate(context);
    const order = restaurant.orders.get(context.req.param("guid") ?? "");
    if (!order) throw refusal(context, 404, "Order not found", 10002);
    return { restaurant, order };
  }

  function tell({ guid }: Restaurant, order: ToastOrder): void {
    for (const { url, secret } of receivers.get(guid) ?? []) {
      const timestamp = toastTime(surroundings.now());
      const eventGuid = surroundings.randomId(24);
      const details = { restaurantGuid: guid, appliedPreAuthInfo: null, order: writeOrder(order) };
      const body = JSON.stringify({
        timestamp,
        eventCategory: "orders",
        eventType: "order_updated",
        guid: eventGuid,
        details,
      });
      webhooks.send((attempt) => ({
        url,
        headers: {
          "content-type": "application/json",
          "toast-signature": signToastEvent(body, { timestamp, secret }),
          "toast-event-type": "order_updated",
          "toast-event-category": "orders",
          "toast-restaurant-external-id": guid,
          "toast-attempt-number": String(attempt),
        },
        body,
      }));
    }
  }

  function restaurantOf(guid: string): Restaurant {
    const known = restaurants.get(guid);
    if (known) return known;
    const restaurant = new Restaurant(guid, surroundings);
    restaurants.set(guid, restaurant);
    return restaurant;
  }

  return {
    ...base,
    name: "toast",
    paths: ["authentication", "orders", "config", "menus", "labor"],
    addClient(credentials) {
      clients.set(credentials.clientId, credentials);
      return restaurantOf(credentials.restaurantGuid);
    },
    removeClient: (clientId) => void clients.delete(clientId),
    restaurant: restaurantOf,
    addWebhook(guid, webhook) {
      receivers.set(guid, [...(receivers.get(guid) ?? []), webhook]);
    },
    openOrder(guid, given) {
      const restaurant = restaurantOf(guid);
      const order = restaurant.open(given);
      tell(restaurant, order);
      return order;
    },
    save: () => Object.fromEntries([...restaurants].map(([guid, { orders }]) => [guid, orders])),
    load(state) {
      for (const [guid, orders] of Object.entries(state as Record<string, unknown[]>))
        restaurantOf(guid).orders.load(orders);
    },
    reset() {
      for (const { orders } of restaurants.values()) orders.clear();
      tokens.clear();
    },
  };
}

export function signToastEvent(
  body: string,
  { timestamp, secret }: { timestamp: string; secret: string },
): string {
  return createHmac("sha256", secret).update(`${body}${timestamp}`).digest("base64");
}

function writeOrder({ id: _, ...order }: ToastOrder): Omit<ToastOrder, "id"> {
  return order;
}

function findCheck(context: Context, order: ToastOrder): ToastCheck {
  const check = order.checks.find(({ guid }) => guid === context.req.param("check"));
  if (!check) throw refusal(context, 404, "Check not found", 10002);
  return check;
}

async function readObject(context: Context): Promise<Record<string, unknown>> {
  const body: unknown = await context.req.json().catch(() => undefined);
  if (typeof body === "object" && body !== null && !Array.isArray(body))
    return body as Record<string, unknown>;
  throw refusal(context, 400, "The body is not a JSON object", 10000);
}

function isAmount(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 && value < 1_000_000;
}

function wholeNumber(context: Context, name: string, otherwise: number): number {
  const text = context.req.query(name);
  return text === undefined ? otherwise : /^\d{1,6}$/.test(text) ? Number(text) : 0;
}

function readTime(text: string): number {
  return Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, "$1:$2"));
}

type RefusedStatus = 400 | 401 | 403 | 404 | 500;

function refuse(context: Context, status: RefusedStatus, message: string, code: number): Response {
  const requestId = crypto.randomUUID();
  return context.json(
    { status, code, message, messageKey: null, fieldName: null, link: null, requestId },
    status,
  );
}

function refusal(context: Context, status: RefusedStatus, message: string, code: number): HTTPException {
  return new HTTPException(status, { res: refuse(context, status, message, code) });
}
