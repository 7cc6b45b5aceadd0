import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { connectorShapes, secretName } from "@mycelium/connectors";
import { withClient } from "@mycelium/database";
import { eventually, testCluster, testServer } from "@mycelium/database/testing";
import { type Host, openHost } from "@mycelium/host";
import { accountFor, type Sandbox, startSandbox } from "@mycelium/sandbox";
import { createLogger } from "@mycelium/subgraph-kit";
import Stripe from "stripe";
import { createSubgraphs, type Subgraphs, subgraphNames } from "../../start/subgraphs.ts";
import { syncOrders } from "../../subgraphs/orders/src/sync/sync-orders.ts";
import { reconcile } from "../../subgraphs/payments/src/sync/reconcile.ts";
import { tenants } from "../../subgraphs/platform/src/db/tables.ts";
import { freePort } from "../support/free-port.ts";

const tenantId = "killed-evening";
const account = accountFor(tenantId);
const root = join(import.meta.dir, "../..");
const caller = { tenantId, userId: "waiter", roles: ["ADMIN"], scopes: [], requestId: "request-1" };

let sandbox: Sandbox;
let host: Host;
let subgraphs: Subgraphs;
let environment: Record<string, string>;
let ownerUrl: string;

/** The ground that outlives the killed: a database, the providers, and the tenant's credentials in the vault. */
beforeAll(async () => {
  sandbox = await startSandbox({ accounts: [account] });
  const cluster = await testCluster();
  const server = await testServer({ folder: join(root, "drizzle"), schemas: subgraphNames });
  ownerUrl = server.ownerUrl("mycelium");
  const edgePort = String(freePort());
  const { url } = sandbox;
  environment = {
    ...{ DATABASE_URL: ownerUrl, DATABASE_ROLE_SECRET: cluster.ownerUrl("mycelium") },
    VAULT_KEYS: `test:${Buffer.alloc(32, 1).toString("base64")}`,
    CONTEXT_SECRETS: `test:${randomBytes(32).toString("hex")}`,
    ...{ TOAST_URL: url, STRIPE_URL: url, TWILIO_URL: url, EDGE_PORT: edgePort },
    ...{ WEBHOOK_BASE_URL: `http://127.0.0.1:${edgePort}`, DINNER_LEASE_MS: "1500", SEND_LEASE_MS: "1500" },
  };
  const log = createLogger({ name: "test", level: "fatal" });
  host = await openHost({ environment, root, schemas: subgraphNames, log });
  subgraphs = createSubgraphs(host, environment);
  await subgraphs.platform.actAs(caller, (context) =>
    context.transact((tx) => tx.insert(tenants).values({ id: tenantId, name: "Vino" })),
  );
  const secrets = {
    toast: account.toast,
    stripe: account.stripe,
    twilio: account.twilio,
    email: {
      provider: "smtp",
      from: "hello@vino.example",
      host: "127.0.0.1",
      port: sandbox.smtp.port,
      ...account.smtp,
    },
  };
  for (const [name, secret] of Object.entries(secrets)) {
    const connector = name as keyof typeof secrets;
    connectorShapes[connector].parse(secret);
    await host.parts.vault.write({ tenantId, reader: "test" }, secretName(connector), secret);
  }
}, 60_000);
afterAll(async () => {
  await host.close();
  await sandbox.close();
});

let guests = 0;

async function openOrder() {
  const email = `killed${++guests}@example.com`;
  const phone = `+1555030${String(guests).padStart(4, "0")}`;
  const { hostname, port } = new URL(sandbox.url);
  const stripe = new Stripe(account.stripe.secretKey, { host: hostname, port, protocol: "http" });
  const customer = await stripe.customers.create({ email });
  const method = await stripe.paymentMethods.attach("pm_card_visa", { customer: customer.id });
  await stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: method.id } });
  const { guid } = sandbox.toast.openOrder(account.toast.restaurantGuid, {
    items: [{ name: "Lamb shoulder", quantity: 1 }],
    customer: { firstName: "Killed", lastName: String(guests), email, phone },
  });
  await subgraphs.orders.actAs(caller, (context) => syncOrders(context, new Date(Date.now() + 1_000)));
  await subgraphs.payments.actAs(caller, (context) => reconcile(context));
  const orderId = await one<{ id: string }>("SELECT id FROM orders.orders WHERE toast_guid = $1", guid);
  return { orderId: orderId?.id ?? "", email, phone };
}

function one<Row extends object>(sql: string, value: string): Promise<Row | undefined> {
  return withClient(ownerUrl, async (client) => (await client.query<Row>(sql, [value])).rows[0]);
}

function startProcess(orderId?: string) {
  const script = join(import.meta.dir, "dinner-process.ts");
  return Bun.spawn([process.execPath, script, tenantId, ...(orderId ? [orderId] : [])], {
    env: { ...process.env, ...environment },
    stdout: "ignore",
    stderr: "inherit",
  });
}

interface Order {
  orderId: string;
  email: string;
  phone: string;
}

const succeeded = ({ orderId }: Order) =>
  sandbox.stripe
    .account(tenantId)
    .paymentIntents.all()
    .filter(({ metadata, status }) => metadata.orderId === orderId && status === "succeeded");
const mails = ({ email }: Order) => sandbox.mailbox.to(email);
const texts = ({ phone }: Order) =>
  sandbox.twilio
    .messages(account.twilio.accountSid)
    .all()
    .filter(({ shown }) => shown.to === phone);
const dinnerOf = ({ orderId }: Order) =>
  one<{ state: string; closed: object | null; points: number | null; recorded_at: Date | null }>(
    "SELECT state, closed, points, recorded_at FROM dining.dinners WHERE order_id = $1",
    orderId,
  );
const isTold = async ({ orderId }: Order) =>
  (await one<{ status: string }>("SELECT status FROM orders.orders WHERE id = $1", orderId))?.status ===
  "PAID";

/** Each is seen from outside, at the provider or in the database, and not before it has happened. */
const moments: [string, (order: Order) => boolean | Promise<boolean>][] = [
  ["after the dinner is written down", async (order) => (await dinnerOf(order)) !== undefined],
  ["after the order is closed", async (order) => (await dinnerOf(order))?.closed != null],
  ["as soon as the card is charged", (order) => succeeded(order).length > 0],
  ["as soon as the till is told", isTold],
  ["as soon as the e-mail is out", (order) => mails(order).length > 0],
  ["as soon as the SMS is out", (order) => texts(order).length > 0],
  ["after the points are credited", async (order) => (await dinnerOf(order))?.points != null],
];

describe("the process that completes a dinner is killed", () => {
  test.each(moments)("%s: the next one finishes it, and nothing happens twice", async (_when, hasCome) => {
    const order = await openOrder();
    const first = startProcess(order.orderId);
    await eventually(() => hasCome(order));
    first.kill("SIGKILL");
    await first.exited;

    const second = startProcess();
    await eventually(async () => (await dinnerOf(order))?.state === "DONE");
    second.kill("SIGTERM");
    await second.exited;

    expect(succeeded(order)).toHaveLength(1);
    expect(await isTold(order)).toBe(true);
    // At least once, and the same one each time.
    expect(new Set(mails(order).map(({ messageId }) => messageId)).size).toBe(1);
    expect(texts(order)).toHaveLength(1);
    const points = await one<{ points: string }>(
      "SELECT points FROM dining.loyalty_accounts WHERE guest_key = $1",
      order.email,
    );
    expect(Number(points?.points)).toBe((await dinnerOf(order))?.points ?? -1);
    const ledger = await one<{ count: number }>(
      "SELECT count(*)::int AS count FROM dining.loyalty_ledger WHERE order_id = $1",
      order.orderId,
    );
    expect(ledger?.count).toBe(1);
  });
});
