import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Stripe from "stripe";
import { demoAccount } from "../start/demo.ts";
import { PlatformUnderTest } from "../tests/platform/platform-under-test.ts";
import { freePort } from "../tests/support/free-port.ts";

/**
 * The whole platform, as `npm start` runs it: `bun bench/platform.ts`. From its start to the first answer and its memory,
 * in a process of its own; then, asked as clients ask, with the load in another process: one guest seen whole while each
 * provider takes 30 ms, and orders with guest, payment and messages at 50 connections.
 */
const providerLatencyMs = 30;
const root = join(import.meta.dirname, "..");

await measureStart();
await using under = await startSeeded();
const bearer = await under.token();
await dine();
await measureUnifiedGuest();
await measureOrders();

async function measureStart(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "mycelium-bench-platform-"));
  const routerPort = freePort();
  const environment = {
    ...process.env,
    ...{ MYCELIUM_DATA: folder, POSTGRES_FOLDER: join(folder, "postgres"), LOG_LEVEL: "fatal" },
    ROUTER_LISTEN: `127.0.0.1:${routerPort}`,
    ...{ HEALTH_LISTEN: `127.0.0.1:${freePort()}`, METRICS_LISTEN: `127.0.0.1:${freePort()}` },
    ...{ EDGE_PORT: "0", SANDBOX_PORT: "0", SANDBOX_SMTP_PORT: "0" },
  };
  // What npm runs, without npm, which does not hand on the signal that ends it.
  for (const [name, isFirst] of [
    ["first start, with a new database", true],
    ["start", false],
  ] as const) {
    const began = performance.now();
    const child = Bun.spawn([process.execPath, "scripts/start.ts"], {
      cwd: root,
      env: environment,
      stdout: "ignore",
      stderr: "inherit",
    });
    while (!(await answers(routerPort))) await Bun.sleep(10);
    const seconds = ((performance.now() - began) / 1_000).toFixed(1);
    const memory = isFirst ? "" : `, ${Math.round(residentMegabytes(child.pid))} MB for all of its processes`;
    console.log(`${name}: ${seconds} s to the first answer${memory}`);
    child.kill("SIGTERM");
    await child.exited;
  }
  rmSync(folder, { recursive: true, force: true });
}

async function answers(port: number): Promise<boolean> {
  const init = {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"query":"{__typename}"}',
  };
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, init).catch(() => undefined);
  return (await response?.json().catch(() => undefined)) !== undefined;
}

/** What is resident of a process and all that it has started; what they share counts once for each. */
function residentMegabytes(pid: number): number {
  const parents = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const status = readFileSync(`/proc/${name}/smaps_rollup`, "utf8");
        const parent = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${name}/status`, "utf8"))?.[1];
        return [
          { id: Number(name), parent: Number(parent), kilobytes: Number(/^Pss:\s+(\d+)/m.exec(status)?.[1]) },
        ];
      } catch {
        return [];
      }
    });
  const family = new Set([pid]);
  for (let size = 0; size !== family.size; ) {
    size = family.size;
    for (const { id, parent } of parents) if (family.has(parent)) family.add(id);
  }
  return parents
    .filter(({ id }) => family.has(id))
    .reduce((sum, { kilobytes }) => sum + kilobytes / 1_024, 0);
}

async function startSeeded() {
  const started = new PlatformUnderTest();
  await started.start();
  for (let guest = 0; guest < 50; guest++) {
    started.sandbox.toast.openOrder(demoAccount.toast.restaurantGuid, {
      items: [{ name: "Lamb shoulder", quantity: 1 }],
      customer: {
        ...{ firstName: "Guest", lastName: String(guest), email: `bench${guest}@example.com` },
        phone: `+1555050${String(guest).padStart(4, "0")}`,
      },
    });
  }
  await Bun.sleep(2_000);
  return Object.assign(started, { [Symbol.asyncDispose]: () => started.stop() });
}

/** The five newest orders are paid, and their guests have had a message: what the load asks for is there. */
async function dine(): Promise<void> {
  const { hostname: host, port } = new URL(under.sandbox.url);
  const stripe = new Stripe(demoAccount.stripe.secretKey, { host, port, protocol: "http" });
  const asked = await under.ask("{ toast { orders(limit: 5) { id guest { email } } } }", { bearer });
  for (const { id, guest } of asked.data.toast.orders) {
    const customer = await stripe.customers.create({ email: guest.email });
    const method = await stripe.paymentMethods.attach("pm_card_visa", { customer: customer.id });
    await stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: method.id } });
    const complete = `mutation { completeDinnerService(orderId: "${id}", receiptMethod: BOTH) { success errors } }`;
    const { data } = await under.ask(complete, { bearer });
    if (!data.completeDinnerService.success) throw new Error(String(data.completeDinnerService.errors));
  }
}

async function measureUnifiedGuest(): Promise<void> {
  const { toast, stripe, twilio } = under.sandbox;
  for (const { faults } of [toast, stripe, twilio]) faults.latencyMs = providerLatencyMs;
  const times: number[] = [];
  for (let round = 0; round < 220; round++) {
    const guest = round % 50;
    const query = `{ unifiedGuest(email: "bench${guest}@example.com", phone: "+1555060${String(round).padStart(4, "0")}") {
      name visitCount paymentMethods { id } phoneType emailEngagement { opens } loyaltyPoints segment } }`;
    const began = performance.now();
    const { errors } = await under.ask(query, { bearer });
    if (errors) throw new Error(errors[0]?.message);
    if (round >= 20) times.push(performance.now() - began);
  }
  for (const { faults } of [toast, stripe, twilio]) faults.clear();
  console.log(
    `unifiedGuest, each provider ${providerLatencyMs} ms, no number looked up before: ${quantiles(times)}`,
  );
}

async function measureOrders(): Promise<void> {
  const query = `{ toast { orders(limit: 5) { id total guest { name smsHistory { status } } payment { amount } } } }`;
  const script = join(mkdtempSync(join(tmpdir(), "mycelium-wrk-")), "load.lua");
  await Bun.write(
    script,
    `wrk.method = "POST"
wrk.body = ${JSON.stringify(JSON.stringify({ query }))}
wrk.headers["content-type"] = "application/json"
wrk.headers["authorization"] = "Bearer ${bearer}"
done = function(summary, latency)
  io.write(string.format("%d requests, %d errors, p50 %.1f ms, p95 %.1f ms, p99 %.1f ms\\n", summary.requests,
    summary.errors.status + summary.errors.timeout, latency:percentile(50) / 1000, latency:percentile(95) / 1000,
    latency:percentile(99) / 1000))
end`,
  );
  for (const seconds of [3, 8]) {
    const load = ["wrk", "-c", "50", "-t", "1", "-d", `${seconds}s`, "-s", script, under.platform.routerUrl];
    const output = await new Response(Bun.spawn(load, { stdout: "pipe" }).stdout).text();
    if (seconds === 8)
      console.log(
        `orders with guest, payment and messages, 50 connections: ${output.trim().split("\n").at(-1)}`,
      );
  }
}

function quantiles(times: number[]): string {
  const sorted = times.toSorted((one, other) => one - other);
  const at = (part: number) => sorted[Math.floor(sorted.length * part)]?.toFixed(1);
  return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms over ${sorted.length}`;
}
