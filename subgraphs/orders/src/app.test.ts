import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { CredentialSource } from "@mycelium/connectors";
import { findTenantLeaks } from "@mycelium/database/testing";
import { type TestHost, testHost } from "@mycelium/host/testing";
import { accountFor, type Sandbox, signToastEvent, startSandbox, type ToastOrder } from "@mycelium/sandbox";
import { ask, askEntities, testCaller } from "@mycelium/subgraph-kit/testing";
import { createApp } from "./app.ts";
import { syncOrders } from "./sync/sync-orders.ts";

const webhookSecret = "toast-webhook-secret";
const accounts = { "dine-one": accountFor("dine-one"), "dine-two": accountFor("dine-two") };
type TenantId = keyof typeof accounts;

const credentials: CredentialSource = {
  find: async (tenantId, connector) =>
    connector === "toast" && tenantId in accounts
      ? ({ ...accounts[tenantId as TenantId].toast, webhookSecret } as never)
      : undefined,
};

let host: TestHost;
let sandbox: Sandbox;
let orders: ReturnType<typeof createApp>;
const staff = (tenantId: TenantId = "dine-one") => testCaller({ tenantId, roles: ["STAFF"] });
const restaurant = (tenantId: TenantId) => accounts[tenantId].toast.restaurantGuid;

beforeAll(async () => {
  sandbox = await startSandbox({ accounts: Object.values(accounts) });
  host = await testHost(["orders"]);
  orders = createApp({ ...host.parts, environment: { TOAST_URL: sandbox.url }, credentials });
});
afterAll(async () => {
  await host.close();
  await sandbox.close();
});
beforeEach(() => {
  host.statements.length = 0;
});

const ada = { firstName: "Ada", lastName: "Lovelace", email: "Ada@example.com", phone: "+15550001111" };

function dine(tenantId: TenantId = "dine-one", customer: typeof ada | null = ada): ToastOrder {
  return sandbox.toast.openOrder(restaurant(tenantId), {
    items: [
      { name: "Lamb shoulder", quantity: 2, modifiers: ["medium"] },
      { name: "Barolo 2017", quantity: 1 },
    ],
    customer,
    table: "Terrace 5",
    server: "Jonas",
  });
}

const sync = (tenantId: TenantId = "dine-one") =>
  orders.actAs(staff(tenantId), (context) => syncOrders(context, new Date(Date.now() + 1_000)));

async function idOf(order: ToastOrder): Promise<string> {
  const { data } = await ask(orders, `{ toast { order(id: "${order.guid}") { id } } }`, staff());
  return data.toast.order.id;
}

describe("orders", () => {
  test("no tenant reaches another's rows", async () => {
    const order = { status: "OPEN", total_cents: 2, subtotal_cents: 1, tax_cents: 1, tip_cents: null };
    const samples = { orders: { ...order, guest_id: null } };
    expect(await findTenantLeaks({ server: host.databaseServer, schema: "orders", samples })).toEqual([]);
  });

  test("an order comes from the till whole", async () => {
    const { guid } = dine();
    await sync();
    const { data, errors } = await ask(
      orders,
      `{ toast { order(id: "${guid}") {
        toastGuid status subtotal tax tip total closedAt
        items { name quantity price modifiers category isAlcohol }
        guest { email name phone } table { name } server { name }
      } } }`,
      staff(),
    );
    expect(errors).toBeUndefined();
    expect(data.toast.order).toEqual({
      ...{
        toastGuid: guid,
        status: "OPEN",
        subtotal: 142,
        tax: 12.43,
        tip: null,
        total: 154.43,
        closedAt: null,
      },
      items: [
        ...[
          {
            name: "Lamb shoulder",
            quantity: 2,
            price: 64,
            modifiers: ["medium"],
            category: "Food",
            isAlcohol: false,
          },
        ],
        ...[
          { name: "Barolo 2017", quantity: 1, price: 78, modifiers: [], category: "Wine", isAlcohol: true },
        ],
      ],
      guest: { email: "Ada@example.com", name: "Ada Lovelace", phone: "+15550001111" },
      table: { name: "Terrace 5" },
      server: { name: "Jonas Weber" },
    });
  });

  test("one that is not imported yet is fetched when it is asked for", async () => {
    const { guid } = dine();
    const { data } = await ask(orders, `{ toast { order(id: "${guid}") { total } } }`, staff());
    expect(data.toast.order).toEqual({ total: 154.43 });
    const unknown = "00000000-0000-4000-8000-000000000000";
    expect(
      (await ask(orders, `{ toast { order(id: "${unknown}") { total } } }`, staff())).data.toast.order,
    ).toBeNull();
  });

  test("is closed with a tip, paid once and finished by the till", async () => {
    const id = await idOf(dine());
    const close = `mutation { closeOrder(id: "${id}", tip: 25) { status tip total } }`;
    expect((await ask(orders, close, staff())).data.closeOrder).toEqual({
      status: "CLOSED",
      tip: 25,
      total: 179.43,
    });
    await sync();
    expect((await ask(orders, close, staff())).data.closeOrder).toEqual({
      status: "CLOSED",
      tip: 25,
      total: 179.43,
    });
    const pay = `mutation { recordOrderPayment(id: "${id}", paymentId: "pi_1") { status paymentId tip total } }`;
    const paid = { status: "PAID", paymentId: "pi_1", tip: 25, total: 179.43 };
    expect((await ask(orders, pay, staff())).data.recordOrderPayment).toEqual(paid);
    expect((await ask(orders, pay, staff())).data.recordOrderPayment).toEqual(paid);
    const other = await ask(orders, pay.replace("pi_1", "pi_2"), staff());
    expect(other.errors?.[0]?.extensions.code).toBe("ORDER_NOT_OPEN");
  });

  test("whose payment failed loses its tip and stays unpaid", async () => {
    const id = await idOf(dine());
    await ask(orders, `mutation { closeOrder(id: "${id}", tip: 25) { id } }`, staff());
    const { data } = await ask(
      orders,
      `mutation { releaseOrder(id: "${id}") { status tip total } }`,
      staff(),
    );
    expect(data.releaseOrder).toEqual({ status: "CLOSED", tip: null, total: 154.43 });
  });

  test.each([
    ["-1", "tip"],
    ["1e9", "tip"],
  ])("a tip of %s is refused with its field", async (tip, field) => {
    const { errors } = await ask(orders, `mutation { closeOrder(id: "x", tip: ${tip}) { id } }`, staff());
    expect(errors?.[0]?.extensions).toMatchObject({ code: "BAD_USER_INPUT", field });
  });

  test("a till that fails is named with its reason, and nothing changes", async () => {
    const id = await idOf(dine());
    await ask(orders, `mutation { closeOrder(id: "${id}") { id } }`, staff());
    sandbox.toast.faults.add({
      kind: "answer",
      path: "/payments",
      status: 400,
      answer: { message: "Till is closed" },
      times: 1,
    });
    const pay = `mutation { recordOrderPayment(id: "${id}", paymentId: "pi_9") { status } }`;
    const { errors } = await ask(orders, pay, staff());
    expect(errors?.[0]).toMatchObject({
      message: "Toast: Till is closed",
      extensions: { code: "TOAST_FAILED" },
    });
    expect((await ask(orders, pay, staff())).data.recordOrderPayment.status).toBe("PAID");
  });

  test("guests see no till", async () => {
    const { errors } = await ask(orders, "{ toast { orders { id } } }", testCaller({ tenantId: "dine-one" }));
    expect(errors?.[0]?.extensions.code).toBe("FORBIDDEN");
  });
});

describe("guests", () => {
  test("are counted from their orders, however often these are imported", async () => {
    const grace = { ...ada, firstName: "Grace", email: "grace@example.com", phone: "+15550002222" };
    const first = dine("dine-one", grace);
    dine("dine-one", grace);
    const id = await idOf(first);
    await ask(orders, `mutation { closeOrder(id: "${id}") { id } }`, staff());
    await ask(orders, `mutation { recordOrderPayment(id: "${id}", paymentId: "pi_g") { id } }`, staff());
    await sync();
    await sync();
    const { data } = await ask(
      orders,
      '{ toast { searchGuests(query: "grace") { visitCount lifetimeValue favoriteItems } } }',
      staff(),
    );
    expect(data.toast.searchGuests).toEqual([
      { visitCount: 2, lifetimeValue: 154.43, favoriteItems: ["Lamb shoulder", "Barolo 2017"] },
    ]);
  });

  test("are found by e-mail however it is written, else by phone; without either not at all", async () => {
    dine();
    await sync();
    host.statements.length = 0;
    const { data, errors } = await askEntities(
      orders,
      {
        representations: [
          { __typename: "Guest", email: "ADA@example.com" },
          { __typename: "Guest", phone: "+15550001111" },
          { __typename: "Guest", email: null },
          { __typename: "Guest", email: "nobody@example.com" },
        ],
        select: "... on Guest { name }",
      },
      staff(),
    );
    expect(errors).toBeUndefined();
    expect(data._entities).toEqual([{ name: "Ada Lovelace" }, { name: "Ada Lovelace" }, null, null]);
    expect(host.statements).toHaveLength(2);
  });

  test("keep what they prefer, and forget what is taken back", async () => {
    dine();
    await sync();
    const found = await ask(orders, '{ toast { searchGuests(query: "Ada@") { id } } }', staff());
    const [{ id }] = found.data.toast.searchGuests;
    const update = (preferences: string) =>
      ask(
        orders,
        `mutation { updateGuestPreferences(id: "${id}", preferences: ${preferences}) { preferences } }`,
        staff(),
      );
    await update('{ wine: "red", smsOptIn: true }');
    const { data } = await update("{ wine: null, emailOptIn: false }");
    expect(data.updateGuestPreferences.preferences).toEqual({ smsOptIn: true, emailOptIn: false });
    expect((await update('{ smsOptIn: "yes" }')).errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
  });

  test("of another tenant with the same e-mail are others", async () => {
    dine("dine-two", { ...ada, firstName: "Augusta" });
    await sync("dine-two");
    const { data } = await ask(
      orders,
      '{ toast { searchGuests(query: "ada@example.com") { name } } }',
      staff("dine-two"),
    );
    expect(data.toast.searchGuests).toEqual([{ name: "Augusta Lovelace" }]);
  });

  test("fifty orders with guests and items take as many statements as one", async () => {
    for (let at = 0; at < 50; at++)
      dine("dine-one", { ...ada, email: `guest${at}@example.com`, phone: `+1555100${1000 + at}` });
    await sync();
    const count = async (limit: number) => {
      host.statements.length = 0;
      const query = `{ toast { orders(limit: ${limit}) { items { name } guest { email } table { name } } } }`;
      expect((await ask(orders, query, staff())).data.toast.orders).toHaveLength(limit);
      return host.statements.length;
    };
    expect(await count(50)).toBe(await count(1));
  });
});

describe("the till's webhook", () => {
  async function tell(
    order: ToastOrder,
    more: { secret?: string; timestamp?: string; guid?: string; tenant?: string } = {},
  ) {
    const {
      secret = webhookSecret,
      timestamp = new Date().toISOString(),
      guid = crypto.randomUUID(),
      tenant = "dine-one",
    } = more;
    const body = JSON.stringify({ timestamp, eventType: "order_updated", guid, details: { order } });
    const response = await orders.app.request(`/webhooks/toast/${tenant}`, {
      method: "POST",
      headers: { "toast-signature": signToastEvent(body, { timestamp, secret }) },
      body,
    });
    return response.status;
  }
  const isKnown = async ({ guid }: ToastOrder) =>
    (await orders.actAs(staff(), (context) =>
      context.read((tx) =>
        tx.query.orders.findFirst({ where: (table, { eq }) => eq(table.toastGuid, guid) }),
      ),
    )) !== undefined;

  test("brings an order, twice the same", async () => {
    const order = dine();
    const guid = crypto.randomUUID();
    expect([await tell(order, { guid }), await tell(order, { guid })]).toEqual([200, 200]);
    expect(await isKnown(order)).toBe(true);
  });

  test.each([
    ["a wrong signature", { secret: "other" }, 401],
    ["an old time", { timestamp: "2020-01-01T00:00:00.000Z" }, 401],
    ["a tenant without a till", { tenant: "nobody" }, 401],
    ["a tenant that cannot be", { tenant: "A%20B" }, 404],
  ])("%s is refused and stored nowhere", async (_, more, status) => {
    const order = dine();
    expect(await tell(order, more)).toBe(status);
    expect(await isKnown(order)).toBe(false);
  });

  test("secrets are in no log line", () => {
    const lines = host.lines.join("\n");
    for (const { toast } of Object.values(accounts)) expect(lines).not.toContain(toast.clientSecret);
    expect(lines).not.toContain(webhookSecret);
  });
});
