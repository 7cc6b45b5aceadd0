import { describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTransport } from "nodemailer";
import Stripe from "stripe";
import { accountFor } from "./accounts.ts";
import { startSandbox } from "./start-sandbox.ts";

const account = accountFor("vinovoyage");
const order = {
  items: [{ name: "Mushroom risotto", quantity: 2 }],
  customer: { firstName: "Ada", lastName: "Lovelace", email: "ada@example.com", phone: "+15550001111" },
};

function stripeFor(url: string): Stripe {
  const { hostname, port } = new URL(url);
  return new Stripe(account.stripe.secretKey, { host: hostname, port, protocol: "http" });
}

function temporaryFolder() {
  const path = mkdtempSync(join(tmpdir(), "sandbox-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

describe("the sandbox", () => {
  test("has every provider behind one port, and a mail server", async () => {
    await using sandbox = await startSandbox({ accounts: [account] });
    const { url } = sandbox;
    await stripeFor(url).customers.create({ email: "ada@example.com" });
    const login = await fetch(`${url}/authentication/v1/authentication/login`, {
      method: "POST",
      body: JSON.stringify({ ...account.toast, userAccessType: "TOAST_MACHINE_CLIENT" }),
    });
    expect(login.status).toBe(200);
    const { accountSid, authToken } = account.twilio;
    const texts = await fetch(`${url}/2010-04-01/Accounts/${accountSid}/Messages.json`, {
      headers: { authorization: `Basic ${btoa(`${accountSid}:${authToken}`)}` },
    });
    expect(texts.status).toBe(200);
    const { username: user, password: pass } = account.smtp;
    const transport = createTransport({ host: "127.0.0.1", port: sandbox.smtp.port, auth: { user, pass } });
    await transport.sendMail({ from: "a@b.test", to: "ada@example.com", subject: "Hello", text: "Hello" });
    expect(sandbox.mailbox.to("ada@example.com")).toHaveLength(1);
    expect((await fetch(`${url}/nobody`)).status).toBe(404);
  });

  test("fails and answers again as its control tells it", async () => {
    await using sandbox = await startSandbox({ accounts: [account] });
    const control = (path: string, method: string, body?: unknown) =>
      fetch(`${sandbox.url}/_sandbox${path}`, {
        method,
        body: body === undefined ? null : JSON.stringify(body),
      });
    await control("/stripe/faults", "POST", {
      ...{ kind: "answer", status: 503, answer: { error: { type: "api_error", message: "down" } } },
    });
    const charge = () => stripeFor(sandbox.url).customers.list({}, { maxNetworkRetries: 0 });
    expect(await charge().catch((e) => e)).toMatchObject({ statusCode: 503 });
    await control("/faults", "DELETE");
    expect((await charge()).data).toEqual([]);
    const requests = (await (await control("/stripe/requests", "GET")).json()) as {
      status: number;
      headers: object;
    }[];
    expect(requests.map(({ status }) => status)).toEqual([503, 200]);
    expect(JSON.stringify(requests)).not.toContain(account.stripe.secretKey);
  });

  test("shows a browser what went out, with whatever guests wrote shown as text", async () => {
    await using sandbox = await startSandbox({ accounts: [account] });
    sandbox.toast.openOrder(account.toast.restaurantGuid, order);
    sandbox.mailbox.take({
      ...{
        provider: "smtp",
        account: "vinovoyage",
        messageId: "1",
        from: "a@b.test",
        to: ["ada@example.com"],
      },
      ...{ subject: "<script>alert(1)</script>", html: "<p>Hi</p>", text: "", headers: {} },
    });
    const page = await (await fetch(`${sandbox.url}/`)).text();
    expect(page).toContain("ada@example.com");
    expect(page).toContain("&lt;script&gt;");
    expect(page).not.toContain("<script>");
  });

  test("keeps its state over a restart", async () => {
    using folder = temporaryFolder();
    const stateFile = join(folder.path, "state.json");
    const first = await startSandbox({ accounts: [account], stateFile });
    const intent = await stripeFor(first.url).paymentIntents.create({
      ...{ amount: 4_200, currency: "usd", confirm: true, payment_method: "pm_card_visa" },
    });
    const opened = first.toast.openOrder(account.toast.restaurantGuid, order);
    await first.close();
    expect(existsSync(`${stateFile}.new`)).toBe(false);
    expect(readFileSync(stateFile, "utf8")).not.toContain(account.stripe.secretKey);
    await using second = await startSandbox({ accounts: [account], stateFile });
    expect((await stripeFor(second.url).paymentIntents.retrieve(intent.id)).status).toBe("succeeded");
    expect(second.toast.restaurant(account.toast.restaurantGuid).orders.get(opened.guid)).toBeDefined();
  });
});
