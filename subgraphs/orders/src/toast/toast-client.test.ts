import { describe, expect, test } from "bun:test";
import { createOutbound } from "@mycelium/outbound";
import { accountFor, startSandbox } from "@mycelium/sandbox";
import { ToastClient } from "./toast-client.ts";

const account = accountFor("toast-client");
const { restaurantGuid } = account.toast;
const caller = { tenantId: "t1", credentials: account.toast };
const dinner = { items: [{ name: "Lamb shoulder", quantity: 1 }] };

async function open(options: { attemptsMax?: number } = {}) {
  const sandbox = await startSandbox({ accounts: [account] });
  const client = new ToastClient({
    baseUrl: sandbox.url,
    outbound: createOutbound({ provider: "toast", timeoutMs: 300, ...options }),
  });
  const logins = () => sandbox.toast.requests.all().filter(({ path }) => path.endsWith("/login")).length;
  return { sandbox, client, logins, [Symbol.asyncDispose]: () => sandbox.close() };
}

async function collect<T>(pages: AsyncIterable<T[]>): Promise<T[]> {
  const all: T[] = [];
  for await (const page of pages) all.push(...page);
  return all;
}

describe("the Toast client", () => {
  test("reads orders of more than a page, with one login for all that ask at once", async () => {
    await using opened = await open();
    for (let at = 0; at < 130; at++) opened.sandbox.toast.openOrder(restaurantGuid, dinner);
    const [orders] = await Promise.all([
      collect(opened.client.ordersChanged(caller, new Date(0), new Date(Date.now() + 60_000))),
      opened.client.tables(caller),
      opened.client.employees(caller),
    ]);
    expect(new Set(orders.map(({ guid }) => guid)).size).toBe(130);
    expect(opened.logins()).toBe(1);
  });

  test("a payment is added once, however often it is sent", async () => {
    await using opened = await open();
    const order = opened.sandbox.toast.openOrder(restaurantGuid, dinner);
    const payment = {
      ...{ orderGuid: order.guid, checkGuid: order.checks[0]!.guid, amount: order.checks[0]!.totalAmount },
      ...{ tipAmount: 5, externalId: "pi_1" },
    };
    opened.sandbox.toast.faults.add({ kind: "lose-answer", method: "POST", path: "/payments", times: 1 });
    const paid = await opened.client.addPayment(caller, payment);
    expect(paid.checks[0]).toMatchObject({
      paymentStatus: "CLOSED",
      payments: [{ tipAmount: 5, externalId: "pi_1" }],
    });
    expect(paid.checks[0]!.payments).toHaveLength(1);
    expect(paid.closedDate).toBeString();
  });

  test("a token that was taken back is asked for anew, once", async () => {
    await using opened = await open();
    await opened.client.tables(caller);
    opened.sandbox.toast.faults.add({ kind: "answer", path: "/config", status: 401, times: 1 });
    expect(await opened.client.tables(caller)).toHaveLength(4);
    expect(opened.logins()).toBe(2);
    opened.sandbox.toast.removeClient(account.toast.clientId);
    expect(await opened.client.tables(caller).catch((e) => e)).toMatchObject({ failure: "UNAUTHORIZED" });
  });

  test("an answer that lost a field fails by name", async () => {
    await using opened = await open();
    opened.sandbox.toast.faults.add({
      kind: "answer",
      path: "/orders/v2/orders/",
      status: 200,
      answer: { guid: "1" },
    });
    const failed = await opened.client.order(caller, "1").catch((e) => e);
    expect(failed).toMatchObject({ failure: "UNREADABLE" });
    expect(failed.message).toContain("openedDate");
  });

  test("a restaurant that is slow is given up in time", async () => {
    await using opened = await open({ attemptsMax: 1 });
    await opened.client.tables(caller);
    opened.sandbox.toast.faults.add({ kind: "delay", delayMs: 2_000, times: 1 });
    expect(await opened.client.tables(caller).catch((e) => e)).toMatchObject({ failure: "TIMED_OUT" });
  });

  test("says in Toast's words why an order cannot be voided", async () => {
    await using opened = await open();
    const order = opened.sandbox.toast.openOrder(restaurantGuid, dinner);
    await opened.client.addPayment(caller, {
      ...{
        orderGuid: order.guid,
        checkGuid: order.checks[0]!.guid,
        amount: 1,
        tipAmount: 0,
        externalId: "x",
      },
    });
    const failed = await opened.client.voidOrder(caller, order.guid).catch((e) => e);
    expect(failed).toMatchObject({ failure: "REFUSED", code: "10008" });
    expect(failed.message).toContain("cannot be voided");
  });
});
