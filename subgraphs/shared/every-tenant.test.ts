import { afterAll, beforeAll, expect, test } from "bun:test";
import { secretName } from "@mycelium/connectors";
import { eventually } from "@mycelium/database/testing";
import { type TestHost, testHost } from "@mycelium/host/testing";
import type { JobDefinition } from "@mycelium/jobs";
import { accountFor, type Sandbox, startSandbox } from "@mycelium/sandbox";
import { ask, testCaller } from "@mycelium/subgraph-kit/testing";
import { createApp } from "../orders/src/app.ts";

const tenants = ["polled-one", "polled-two", "polled-broken"];
let host: TestHost;
let sandbox: Sandbox;
let orders: ReturnType<typeof createApp>;

beforeAll(async () => {
  sandbox = await startSandbox({ accounts: tenants.map(accountFor) });
  host = await testHost(["orders"]);
  orders = createApp({ ...host.parts, environment: { TOAST_URL: sandbox.url } });
  for (const tenantId of tenants) {
    const { toast } = accountFor(tenantId);
    const secret = tenantId === "polled-broken" ? { ...toast, clientSecret: "wrong" } : toast;
    await host.parts.vault.write({ tenantId, reader: "test" }, secretName("toast"), secret);
    sandbox.toast.openOrder(toast.restaurantGuid, { items: [{ name: "Espresso", quantity: 1 }] });
  }
  // The schedule's own minute is not waited for: its job is run by hand.
  await host.start([{ ...orders, jobs: (orders.jobs ?? []).map(({ cron: _cron, ...job }) => job) }]);
});
afterAll(async () => {
  await host.close();
  await sandbox.close();
});

test("every tenant with a till is polled, and one whose till refuses holds up nobody", async () => {
  const [poll] = orders.jobs as JobDefinition<undefined>[];
  expect(poll?.cron).toBe("* * * * *");
  const run = { id: "1", attempt: 1, session: undefined, signal: new AbortController().signal };
  await poll?.run(undefined, { ...run, step: (_name, work) => work("key") });
  const ordersOf = async (tenantId: string) => {
    const caller = testCaller({ tenantId, roles: ["STAFF"] });
    return (await ask(orders, "{ toast { orders { id } } }", caller)).data.toast.orders.length;
  };
  await eventually(async () => (await ordersOf("polled-one")) === 1 && (await ordersOf("polled-two")) === 1);
  expect(await ordersOf("polled-broken")).toBe(0);
});
