import { type Outbound, ProviderError, requestJson } from "@mycelium/outbound";
import type { z } from "zod";
import { readToast, type ToastOrder, toastShapes } from "./read-toast.ts";

export interface ToastCredentials {
  clientId: string;
  clientSecret: string;
  restaurantGuid: string;
}

export interface ToastCaller {
  tenantId: string;
  credentials: ToastCredentials;
  signal?: AbortSignal | undefined;
}

export interface ToastClientOptions {
  /** One for each of Toast's environments. */
  baseUrl: string;
  outbound: Outbound;
  now?: () => number;
}

interface Token {
  text: string;
  expiresMs: number;
}

const pageSize = 100;
const pagesMax = 1_000;
const tokensMax = 10_000;
/** A token that ends while a request is under way is no token. */
const tokenMarginMs = 60_000;

/** Toast has no client for JavaScript: these are its documented paths, version 2 of orders and menus. */
export class ToastClient {
  private readonly tokens = new Map<string, Promise<Token>>();
  private readonly now: () => number;

  constructor(private readonly options: ToastClientOptions) {
    this.now = options.now ?? Date.now;
  }

  /** Every order that changed in a span of time, page by page. */
  async *ordersChanged(caller: ToastCaller, from: Date, to: Date): AsyncGenerator<ToastOrder[]> {
    for (let page = 1; page <= pagesMax; page++) {
      const query = new URLSearchParams({
        startDate: toastTime(from),
        endDate: toastTime(to),
        page: String(page),
        pageSize: String(pageSize),
      });
      const orders = await this.read(caller, `/orders/v2/ordersBulk?${query}`, toastShapes.orders);
      yield orders;
      if (orders.length < pageSize) return;
    }
    throw new ProviderError("toast", "UNREADABLE", `toast has more than ${pagesMax} pages of orders`);
  }

  order(caller: ToastCaller, guid: string): Promise<ToastOrder> {
    return this.read(caller, `/orders/v2/orders/${encodeURIComponent(guid)}`, toastShapes.order);
  }

  /** A payment made elsewhere. Toast takes one with the same external id once. */
  addPayment(
    caller: ToastCaller,
    {
      orderGuid,
      checkGuid,
      ...payment
    }: { orderGuid: string; checkGuid: string; amount: number; tipAmount: number; externalId: string },
  ): Promise<ToastOrder> {
    const path = `/orders/v2/orders/${orderGuid}/checks/${checkGuid}/payments`;
    const body = [{ type: "OTHER", ...payment }];
    return this.write(caller, { method: "POST", path, body, isRepeatable: true });
  }

  changeTip(
    caller: ToastCaller,
    {
      orderGuid,
      checkGuid,
      paymentGuid,
      tipAmount,
    }: Record<"orderGuid" | "checkGuid" | "paymentGuid", string> & { tipAmount: number },
  ): Promise<ToastOrder> {
    const path = `/orders/v2/orders/${orderGuid}/checks/${checkGuid}/payments/${paymentGuid}`;
    return this.write(caller, { method: "PATCH", path, body: { tipAmount }, isRepeatable: true });
  }

  voidOrder(caller: ToastCaller, guid: string): Promise<ToastOrder> {
    return this.write(caller, {
      method: "POST",
      path: `/orders/v2/orders/${guid}/void`,
      body: {},
      isRepeatable: false,
    });
  }

  tables(caller: ToastCaller) {
    return this.read(caller, "/config/v2/tables", toastShapes.tables);
  }

  employees(caller: ToastCaller) {
    return this.read(caller, "/labor/v1/employees", toastShapes.employees);
  }

  menus(caller: ToastCaller) {
    return this.read(caller, "/menus/v2/menus", toastShapes.menus);
  }

  private async read<Shape extends z.ZodType>(
    caller: ToastCaller,
    path: string,
    shape: Shape,
  ): Promise<z.infer<Shape>> {
    return readToast(shape, await this.send(caller, { method: "GET", path, isRepeatable: true }));
  }

  private async write(caller: ToastCaller, request: ToastRequest): Promise<ToastOrder> {
    return readToast(toastShapes.order, await this.send(caller, request));
  }

  /** A token that Toast takes no longer is asked for anew, once. */
  private async send(caller: ToastCaller, request: ToastRequest): Promise<unknown> {
    try {
      return await this.sendOnce(caller, request);
    } catch (error) {
      if (!(error instanceof ProviderError) || error.status !== 401) throw error;
      this.tokens.delete(caller.credentials.clientId);
      return this.sendOnce(caller, request);
    }
  }

  private async sendOnce(
    caller: ToastCaller,
    { method, path, body, isRepeatable }: ToastRequest,
  ): Promise<unknown> {
    const { baseUrl, outbound } = this.options;
    const { tenantId, credentials, signal } = caller;
    const { text } = await this.token(caller);
    return outbound.call({ tenantId, isRepeatable, signal }, (signal) =>
      requestJson({
        ...{ provider: "toast", url: `${baseUrl}${path}`, method, signal, explain },
        headers: {
          authorization: `Bearer ${text}`,
          "content-type": "application/json",
          "toast-restaurant-external-id": credentials.restaurantGuid,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    );
  }

  /** Requests that need a token while one is asked for wait for that one. */
  private async token(caller: ToastCaller): Promise<Token> {
    const { clientId } = caller.credentials;
    const asked = this.tokens.get(clientId);
    if (asked) {
      const known = await asked.catch(() => undefined);
      if (known && known.expiresMs - tokenMarginMs > this.now()) return known;
      // Whoever was first has asked anew meanwhile.
      if (this.tokens.has(clientId) && this.tokens.get(clientId) !== asked) return this.token(caller);
    }
    const login = this.logIn(caller);
    this.tokens.set(clientId, login);
    if (this.tokens.size > tokensMax) this.tokens.delete(this.tokens.keys().next().value!);
    login.catch(() => this.tokens.delete(clientId));
    return login;
  }

  private async logIn({ tenantId, credentials: { clientId, clientSecret } }: ToastCaller): Promise<Token> {
    const { baseUrl, outbound } = this.options;
    const answer = await outbound.call({ tenantId, isRepeatable: true }, (signal) =>
      requestJson({
        ...{ provider: "toast", url: `${baseUrl}/authentication/v1/authentication/login`, signal, explain },
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ clientId, clientSecret, userAccessType: "TOAST_MACHINE_CLIENT" }),
      }),
    );
    const { token } = readToast(toastShapes.login, answer);
    return { text: token.accessToken, expiresMs: this.now() + token.expiresIn * 1_000 };
  }
}

interface ToastRequest {
  method: "GET" | "POST" | "PATCH";
  path: string;
  body?: unknown;
  isRepeatable: boolean;
}

function explain(body: unknown): { message?: string | undefined; code?: string | undefined } {
  const { message, code } = (body ?? {}) as { message?: unknown; code?: unknown };
  return {
    message: typeof message === "string" ? message : undefined,
    code: code === undefined ? undefined : String(code),
  };
}

/** Milliseconds and an offset without a colon. */
export function toastTime(date: Date): string {
  return date.toISOString().replace("Z", "+0000");
}

export function readToastTime(text: string): Date {
  return new Date(text.replace(/([+-]\d\d)(\d\d)$/, "$1:$2"));
}
