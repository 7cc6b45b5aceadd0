import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withClient } from "@mycelium/database";
import { eventually } from "@mycelium/database/testing";
import { accountFor } from "@mycelium/sandbox";
import { demoAccount } from "../../start/demo.ts";
import { root } from "../../start/settings.ts";
import { platformUnderTest } from "./platform-under-test.ts";

const folder = mkdtempSync(join(tmpdir(), "mycelium-two-tenants-"));
const config = join(folder, "router.yaml");
const limit = `  mycelium.rate_limit:
    rules: [{ name: tenant, key: [tenant], limit: 1000, per: hour, plans: { ENTERPRISE: 300 } }]
`;
writeFileSync(
  config,
  readFileSync(join(root, "config/router.yaml"), "utf8").replace(/^plugins:\n/m, `plugins:\n${limit}`),
);
const under = platformUnderTest({ ROUTER_CONFIG: config });

const password = "a long enough password";
const second = { id: "second-house", account: accountFor("second-house"), admin: "boss@second.example" };
const guest = { firstName: "Ada", lastName: "Lovelace", email: "shared@example.com", phone: "+15550607001" };
let first: string;
let other: string;

async function signIn(tenant: string, username: string): Promise<string> {
  const body = new URLSearchParams({ grant_type: "password", tenant, username, password });
  const response = await fetch(`${under.platform.edgeUrl}/token`, { method: "POST", body });
  expect(response.status).toBe(200);
  return ((await response.json()) as { access_token: string }).access_token;
}

async function mutate(query: string, bearer: string, variables?: object) {
  const answer = await under.ask(query, { bearer, ...(variables && { variables }) });
  expect(answer.errors).toBeUndefined();
  return answer.data;
}

/** A second restaurant comes: its tenant by the operator, its administrator by a password, its till by the API. */
beforeAll(async () => {
  first = await under.token({ role: "ADMIN" });
  const operator = await under.token({ tenant: "mycelium", role: "ADMIN" });
  const create = "mutation ($input: CreateTenantInput!) { createTenant(input: $input) { id } }";
  const input = {
    id: second.id,
    name: "Second House",
    plan: "ENTERPRISE",
    adminEmail: second.admin,
    adminPassword: password,
  };
  await mutate(create, operator, { input });
  other = await signIn(second.id, second.admin);
  under.sandbox.addAccount(second.account);
  const webhook = { url: `${under.platform.edgeUrl}/webhooks/toast/${second.id}`, secret: "second-secret" };
  under.sandbox.toast.addWebhook(second.account.toast.restaurantGuid, webhook);
  const connect =
    "mutation ($credentials: JSON!) { setConnector(connector: TOAST, credentials: $credentials) { version } }";
  await mutate(connect, other, { credentials: { ...second.account.toast, webhookSecret: webhook.secret } });
  await mutate(connect.replace("TOAST", "STRIPE"), other, { credentials: second.account.stripe });
  for (const { restaurantGuid } of [demoAccount.toast, second.account.toast]) {
    under.sandbox.toast.openOrder(restaurantGuid, {
      items: [{ name: "Espresso", quantity: 1 }],
      customer: guest,
    });
  }
  for (const bearer of [first, other]) await eventually(async () => (await guestsOf(bearer)).length === 1);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function guestsOf(bearer: string) {
  const query = `{ toast { searchGuests(query: "shared@example.com") { toastId visitCount smsHistory { sid } } orders(limit: 50) { id } } }`;
  const { data } = await under.ask(query, { bearer });
  return data?.toast?.searchGuests ?? [];
}

describe("two restaurants with one guest between them", () => {
  test("each sees its own orders, guests and messages", async () => {
    const [mine, theirs] = [await guestsOf(first), await guestsOf(other)];
    expect(mine[0].toastId).not.toBe(theirs[0].toastId);
    const orders = async (bearer: string) =>
      (await under.ask("{ toast { orders(limit: 50) { id } } }", { bearer })).data.toast.orders;
    const ids = (await orders(other)).map(({ id }: { id: string }) => id);
    expect(ids).toHaveLength(1);
    expect((await orders(first)).map(({ id }: { id: string }) => id)).not.toContain(ids[0]);
    const reached = await under.ask(
      `{ toast { order(id: "${ids[0]}") { id } } tenant(id: "${second.id}") { name } }`,
      { bearer: first },
    );
    expect(reached.data).toEqual({ toast: { order: null }, tenant: null });
    expect(reached.errors?.[0]?.extensions.code).toBe("FORBIDDEN");
  });

  test("a rotated secret is in use without a restart, and the vault knows who read it", async () => {
    const find = () =>
      under.ask(
        `mutation { chargeOrder(input: { orderId: "x", amount: 100, customerId: "cus_unknown" }) { id } }`,
        { bearer: other },
      );
    expect((await find()).errors?.[0]?.extensions.code).not.toBe("CONNECTOR_NOT_CONFIGURED");
    const rotate =
      "mutation ($credentials: JSON!) { setConnector(connector: STRIPE, credentials: $credentials) { version } }";
    const rotated = await mutate(rotate, other, { credentials: { secretKey: "sk_test_rotated_and_wrong" } });
    expect(rotated.setConnector.version).toBe(2);
    // A subgraph remembers a secret for five seconds.
    await Bun.sleep(5_200);
    expect((await find()).errors?.[0]?.message).toContain("Invalid API Key");
    const session = { tenantId: second.id, reader: "test" };
    const accesses = await under.platform.vault.accesses(session);
    expect(accesses).toContainEqual(
      expect.objectContaining({ name: "connector/stripe", action: "read", reader: "payments" }),
    );
    expect(accesses).toContainEqual(
      expect.objectContaining({ name: "connector/stripe", action: "write", reader: "platform" }),
    );
  });

  test("a till that does not answer is left alone after five times, for its own tenant only", async () => {
    const { toast } = under.sandbox;
    const tables = (bearer: string) =>
      under.ask("{ toast { tables { id } orders(limit: 1) { id } } }", { bearer });
    toast.faults.add({ kind: "answer", path: "tables", status: 503, answer: {} });
    const failed = await tables(first);
    await tables(first);
    expect(failed.errors?.[0]).toMatchObject({
      path: ["toast", "tables"],
      extensions: { code: "TOAST_FAILED" },
    });
    toast.requests.clear();
    expect((await tables(first)).errors?.[0]?.extensions?.code).toBe("TOAST_FAILED");
    expect(toast.requests.all()).toEqual([]);
    toast.faults.clear();
    const served = await tables(other);
    expect(served.errors).toBeUndefined();
    expect(served.data.toast.tables).not.toHaveLength(0);
    expect((await tables(first)).errors).toHaveLength(1);
    const { data } = await under.ask('{ smtp { emailStats(email: "a@example.com") { sent } } }', {
      bearer: first,
    });
    expect(data.smtp.emailStats.sent).toBe(0);
  });

  test("a plan's quota is the tenant's own", async () => {
    const answers = [];
    for (let request = 0; request < 310; request++)
      answers.push(await under.ask("{ tenant { name } }", { bearer: other }));
    const limited = answers.filter(({ status }) => status === 429);
    expect(limited.length).toBeGreaterThan(0);
    expect(limited[0]?.errors?.[0]?.extensions.code).toBe("RATE_LIMITED");
    expect((await under.ask("{ tenant { name } }", { bearer: first })).status).toBe(200);
  });

  test("no secret is readable in the database or in what was logged", async () => {
    const secrets = [demoAccount, second.account].flatMap(({ toast, stripe, twilio, smtp }) => [
      ...[toast.clientSecret, stripe.secretKey, twilio.authToken, smtp.password],
    ]);
    const dump = await withClient(under.platform.databaseUrl, async (client) => {
      const { rows } = await client.query<{ name: string }>(
        `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
         WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`,
      );
      const texts: string[] = [];
      for (const { name } of rows) {
        const { rows: found } = await client.query<{ text: string }>(`SELECT t::text AS text FROM ${name} t`);
        texts.push(...found.map(({ text }) => text));
      }
      return texts.join("\n");
    });
    expect(dump).toContain("shared@example.com");
    for (const secret of [...secrets, password]) expect(dump).not.toContain(secret);
  });
});
