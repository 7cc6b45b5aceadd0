import { describe, expect, test } from "bun:test";
import { realSurroundings } from "../core/surroundings.ts";
import { receiveWebhooks } from "../test-support/receive-webhooks.ts";
import type { ToastOrder } from "./toast-objects.ts";
import { createToastSandbox, signToastEvent } from "./toast-provider.ts";

const restaurantGuid = "7c1f3b52-0000-4000-8000-000000000001";
const credentials = { clientId: "client", clientSecret: "secret", restaurantGuid };
const guest = { firstName: "Ada", lastName: "Lovelace", email: "ada@example.com", phone: "+15550001111" };
const dinner = {
  items: [
    { name: "Lamb shoulder", quantity: 2 },
    { name: "Barolo 2017", quantity: 1 },
  ],
  customer: guest,
};

async function open(now = () => new Date()) {
  const sandbox = createToastSandbox({ ...realSurroundings, now, sleep: () => Bun.sleep(1) });
  sandbox.addClient(credentials);
  const post = (path: string, body: unknown, headers = {}, method = "POST") =>
    sandbox.app.request(path, {
      method,
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  const login = async () => {
    const body = { clientId: "client", clientSecret: "secret", userAccessType: "TOAST_MACHINE_CLIENT" };
    const answer = await post("/authentication/v1/authentication/login", body);
    const { token } = (await answer.json()) as { token: { accessToken: string } };
    return {
      authorization: `Bearer ${token.accessToken}`,
      "toast-restaurant-external-id": restaurantGuid,
    };
  };
  const headers = await login();
  return {
    sandbox,
    headers,
    login,
    get: (path: string, own: Record<string, string> = headers) => sandbox.app.request(path, { headers: own }),
    post: (path: string, body: unknown, method?: string) => post(path, body, headers, method),
  };
}

async function readOrder(answer: Promise<Response> | Response): Promise<ToastOrder> {
  return (await (await answer).json()) as ToastOrder;
}

describe("the Toast sandbox", () => {
  test("an order is paid, tipped and closed", async () => {
    const { sandbox, get, post } = await open();
    const order = sandbox.openOrder(restaurantGuid, dinner);
    const [check] = order.checks;
    expect(check).toMatchObject({
      amount: 142,
      taxAmount: 12.43,
      totalAmount: 154.43,
      paymentStatus: "OPEN",
    });
    const path = `/orders/v2/orders/${order.guid}/checks/${check!.guid}/payments`;
    const paid = await readOrder(post(path, [{ type: "OTHER", amount: 154.43, externalId: "pi_1" }]));
    await post(path, [{ type: "OTHER", amount: 154.43, externalId: "pi_1" }]);
    const [payment] = paid.checks[0]!.payments;
    await post(`${path}/${payment!.guid}`, { tipAmount: 25 }, "PATCH");
    const read = await readOrder(get(`/orders/v2/orders/${order.guid}`));
    expect(read.closedDate).toBeString();
    expect(read.checks[0]!).toMatchObject({
      paymentStatus: "CLOSED",
      customer: { email: "ada@example.com" },
    });
    expect(read.checks[0]!.payments).toMatchObject([{ amount: 154.43, tipAmount: 25, externalId: "pi_1" }]);
  });

  test("only the tip of a payment can be changed", async () => {
    const { sandbox, post } = await open();
    const order = sandbox.openOrder(restaurantGuid, dinner);
    const path = `/orders/v2/orders/${order.guid}/checks/${order.checks[0]!.guid}/payments`;
    const paid = await readOrder(post(path, [{ type: "OTHER", amount: 1 }]));
    const changed = await post(`${path}/${paid.checks[0]!.payments[0]!.guid}`, { amount: 2 }, "PATCH");
    expect(changed.status).toBe(400);
    expect(await changed.text()).toContain("Only tipAmount can be changed");
  });

  test("an order is voided while nothing is paid", async () => {
    const { sandbox, post } = await open();
    const [first, second] = [
      sandbox.openOrder(restaurantGuid, dinner),
      sandbox.openOrder(restaurantGuid, dinner),
    ];
    expect(await (await post(`/orders/v2/orders/${first.guid}/void`, {})).json()).toMatchObject({
      voided: true,
    });
    await post(`/orders/v2/orders/${second.guid}/checks/${second.checks[0]!.guid}/payments`, [
      { type: "OTHER", amount: 1 },
    ]);
    expect((await post(`/orders/v2/orders/${second.guid}/void`, {})).status).toBe(400);
  });

  test("pages through orders by the time of their last change", async () => {
    const { sandbox, get } = await open();
    for (let at = 0; at < 5; at++) sandbox.openOrder(restaurantGuid, dinner);
    const window = "startDate=2000-01-01T00:00:00.000%2B0000&endDate=2100-01-01T00:00:00.000%2B0000";
    const sizes: number[] = [];
    for (const page of [1, 2, 3, 4]) {
      const answer = await get(`/orders/v2/ordersBulk?${window}&page=${page}&pageSize=2`);
      sizes.push(((await answer.json()) as ToastOrder[]).length);
    }
    expect(sizes).toEqual([2, 2, 1, 0]);
    expect((await get("/orders/v2/ordersBulk")).status).toBe(400);
    expect((await get(`/orders/v2/ordersBulk?${window}&pageSize=101`)).status).toBe(400);
  });

  test("refuses wrong secrets, old tokens, no restaurant and another's restaurant", async () => {
    let now = new Date("2026-01-01T00:00:00Z");
    const { sandbox, get, headers } = await open(() => now);
    const wrong = { clientId: "client", clientSecret: "no", userAccessType: "TOAST_MACHINE_CLIENT" };
    const login = await sandbox.app.request("/authentication/v1/authentication/login", {
      method: "POST",
      body: JSON.stringify(wrong),
    });
    expect(login.status).toBe(401);
    const { authorization } = headers;
    expect((await get("/config/v2/tables", { authorization })).status).toBe(400);
    expect(
      (await get("/config/v2/tables", { ...headers, "toast-restaurant-external-id": "other" })).status,
    ).toBe(403);
    expect((await get("/config/v2/tables")).status).toBe(200);
    now = new Date("2026-01-02T00:00:01Z");
    expect((await get("/config/v2/tables")).status).toBe(401);
  });

  test("tells a webhook of each change, signed over body and time", async () => {
    await using receiver = receiveWebhooks();
    const { sandbox } = await open();
    sandbox.addWebhook(restaurantGuid, { url: `${receiver.url}/toast`, secret: "shared" });
    const order = sandbox.openOrder(restaurantGuid, dinner);
    await sandbox.webhooks.settled();
    const { body, headers } = receiver.received[0]!;
    const event = JSON.parse(body);
    expect(event.details.order.guid).toBe(order.guid);
    expect(headers.get("toast-signature")).toBe(
      signToastEvent(body, { timestamp: event.timestamp, secret: "shared" }),
    );
    expect(headers.get("toast-attempt-number")).toBe("1");
  });

  test("fails on demand: once with 429, then well", async () => {
    const { sandbox, get } = await open();
    sandbox.faults.add({
      kind: "answer",
      path: "/config",
      status: 429,
      headers: { "retry-after": "1" },
      times: 1,
    });
    const limited = await get("/config/v2/tables");
    expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "1"]);
    expect((await get("/config/v2/tables")).status).toBe(200);
  });
});
