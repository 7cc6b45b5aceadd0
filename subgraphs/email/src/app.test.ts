import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { type CredentialSource, connectorShapes } from "@mycelium/connectors";
import { findTenantLeaks } from "@mycelium/database/testing";
import { type TestHost, testHost } from "@mycelium/host/testing";
import { accountFor, type Sandbox, startSandbox } from "@mycelium/sandbox";
import { ask, askEntities, testCaller } from "@mycelium/subgraph-kit/testing";
import { createCertificate } from "../../../tests/e2e/support/certificate.ts";
import { createApp } from "./app.ts";

const accounts = {
  "mail-smtp": accountFor("mail-smtp"),
  "mail-grid": accountFor("mail-grid"),
  "mail-ses": accountFor("mail-ses"),
};
type TenantId = keyof typeof accounts;

let eventPublicKey = "";
const from = "hello@vinovoyage.example";

const eventTopicArn = "arn:aws:sns:eu-west-1:123456789012:mail";
const ses = { provider: "ses", from, configurationSet: "mail", eventTopicArn };

const credentials: CredentialSource = {
  find: async (tenantId) => {
    const account = accounts[tenantId as TenantId];
    const given = {
      "mail-smtp": { provider: "smtp", from, host: "127.0.0.1", port: sandbox.smtp.port, ...account?.smtp },
      "mail-grid": { provider: "sendgrid", from, eventPublicKey, ...account?.sendgrid },
      "mail-ses": { ...ses, ...account?.ses },
    }[tenantId];
    return given && (connectorShapes.email.parse(given) as never);
  },
};

let host: TestHost;
let sandbox: Sandbox;
let email: ReturnType<typeof createApp>;
const edge = Bun.serve({ port: 0, fetch: (request) => email.app.fetch(request) });
const caller = (tenantId: string = "mail-smtp", role = "ADMIN") => testCaller({ tenantId, roles: [role] });

beforeAll(async () => {
  sandbox = await startSandbox({ accounts: Object.values(accounts) });
  ({ publicKey: eventPublicKey } = sandbox.sendgrid.addEventWebhook(
    "mail-grid",
    `${edge.url.origin}/webhooks/sendgrid/mail-grid`,
  ));
  host = await testHost(["email"]);
  const environment = { SENDGRID_URL: sandbox.url, SES_URL: sandbox.url };
  email = createApp({ ...host.parts, environment, credentials });
  await host.start([email]);
  sandbox.ses.addEventTopic("mail-ses", {
    ...{ arn: eventTopicArn, url: `${edge.url.origin}/webhooks/ses/mail-ses`, origin: sandbox.url },
    certificate: createCertificate("sns"),
  });
  await sandbox.ses.webhooks.settled();
});
afterAll(async () => {
  await host.close();
  await sandbox.close();
  await edge.stop(true);
});
beforeEach(() => {
  sandbox.smtp.clearFaults();
  sandbox.sendgrid.faults.clear();
});

let guests = 0;
const nextGuest = () => `guest${++guests}@example.com`;

const receipt = {
  restaurant: { name: "Vino & Voyage", phone: "+1 555 000 1111" },
  order: {
    ...{
      id: "order-1",
      closedAt: "2026-11-21T21:30:00Z",
      server: { name: "Sam" },
      table: { name: "Window 1" },
    },
    items: [
      { name: "Barolo <2017>", quantity: 2, price: 120, modifiers: ["decanted", "cool"] },
      { name: "Espresso", quantity: 1, price: 4.5 },
    ],
    ...{ subtotal: 244.5, tax: 20.05, tip: 25, total: 289.55 },
  },
};

function send(input: Record<string, unknown>, who = caller()) {
  const query = `mutation ($input: SendEmailInput!) { sendEmail(input: $input) { id to subject status sent } }`;
  return ask(
    email,
    { query, variables: { input: { template: "receipt", variables: receipt, ...input } } },
    who,
  );
}

const mailsTo = (address: string) => sandbox.mailbox.to(address);

describe("email", () => {
  test("no tenant reaches another's rows", async () => {
    expect(await findTenantLeaks({ server: host.databaseServer, schema: "email" })).toEqual([]);
  });

  test.each(["mail-smtp", "mail-grid", "mail-ses"])(
    "%s: a receipt goes out by the tenant's provider, escaped",
    async (tenantId) => {
      const to = nextGuest();
      const { data, errors } = await send({ to: [to] }, caller(tenantId));
      expect(errors).toBeUndefined();
      expect(data.sendEmail).toMatchObject({ to: [to], subject: "Your receipt from Vino & Voyage" });
      const [mail] = mailsTo(to);
      expect(mail).toMatchObject({ from, account: tenantId, subject: "Your receipt from Vino & Voyage" });
      expect(mail?.html).toContain("Barolo &lt;2017&gt;<br><small>decanted, cool</small>");
      expect(mail?.html).toContain("Total $289.55");
      expect(mail?.text).toContain("Barolo <2017>");
      expect(mail?.text).toContain("November 21, 2026");
    },
  );

  test("of one messageId one e-mail is sent, and it has one Message-ID", async () => {
    const to = nextGuest();
    const answers = await Promise.all([1, 2, 3].map(() => send({ to: [to], messageId: "dinner-1" })));
    await send({ to: [to], messageId: "dinner-1" });
    expect(mailsTo(to)).toHaveLength(1);
    expect(mailsTo(to)[0]?.messageId).toMatch(/^<[0-9a-f]{32}@vinovoyage\.example>$/);
    for (const { errors } of answers.filter(({ data }) => !data)) {
      expect(errors?.[0]?.extensions.code).toBe("EMAIL_IN_PROGRESS");
    }
  });

  test("a mail whose answer was lost is sent again, as the same mail", async () => {
    const to = nextGuest();
    sandbox.smtp.fail({ stage: "lost", code: 451, message: "Lost", times: 1 });
    expect((await send({ to: [to], messageId: "lost" })).errors?.[0]?.extensions.code).toBe("EMAIL_FAILED");
    expect((await send({ to: [to], messageId: "lost" })).data.sendEmail.status).toBe("SENT");
    expect(new Set(mailsTo(to).map(({ messageId }) => messageId)).size).toBe(1);
  });

  test("what SendGrid has told of is not sent again, though its answer was lost", async () => {
    const to = nextGuest();
    sandbox.sendgrid.faults.add({ kind: "lose-answer", method: "POST", path: "/v3/mail/send", times: 1 });
    await send({ to: [to], messageId: "told" }, caller("mail-grid"));
    await settled(async () => (await lastStatus(to)) === "DELIVERED");
    const { data } = await send({ to: [to], messageId: "told" }, caller("mail-grid"));
    expect(data.sendEmail.status).toBe("DELIVERED");
    expect(mailsTo(to)).toHaveLength(1);
  });

  test.each([
    [{ to: ["nobody"] }, "to.0: "],
    [{ to: [] }, "to: "],
    [{ template: "unknown" }, "template: there is none called unknown"],
    [{ variables: { restaurant: {} } }, "variables: order.closedAt, order.id, order.items"],
    [{ variables: { big: "x".repeat(100_001) } }, "variables: more than 100000 bytes"],
  ])("%p is refused before anything is sent", async (given, reason) => {
    const { errors } = await send({ to: [nextGuest()], ...given });
    expect(errors?.[0]?.message).toStartWith(reason);
    expect(errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
  });

  test("what a server refuses is told in its words", async () => {
    const { errors } = await send({ to: ["bounce@example.com"] });
    expect(errors?.[0]?.message).toContain("Failed to send e-mail: ");
    expect(errors?.[0]?.message).toContain("No such user");
  });

  test("a tenant's own words, which may not do harm", async () => {
    const save = (input: object, role = "ADMIN") => {
      const query = `mutation ($input: EmailTemplateInput!) { saveEmailTemplate(input: $input) { isOwn variables } }`;
      return ask(email, { query, variables: { input } }, caller("mail-smtp", role));
    };
    const template = {
      name: "thanks",
      subject: "Thanks, {{guest.name}}",
      html: "<p>{{#if note}}{{note}}{{/if}} {{join wines}}</p>",
    };
    expect((await save(template)).data.saveEmailTemplate).toEqual({
      isOwn: true,
      variables: ["guest.name", "wines"],
    });
    const to = nextGuest();
    const variables = { guest: { name: "Ada\r\nBcc: all@example.com" }, note: "<script>", wines: ["Barolo"] };
    await send({ to: [to], template: "thanks", variables });
    expect(mailsTo(to)[0]).toMatchObject({ subject: "Thanks, Ada Bcc: all@example.com" });
    expect(mailsTo(to)[0]?.html).toContain("&lt;script&gt;");
    expect((await save({ ...template, html: "{{#if x}}" })).errors?.[0]?.message).toStartWith(
      "the template cannot be used: ",
    );
    expect((await save({ ...template, html: "{{> other}}" })).errors?.[0]?.message).toContain(
      "is not for e-mails",
    );
    expect((await save(template, "STAFF")).errors?.[0]?.extensions.code).toBe("FORBIDDEN");
    const { data } = await ask(email, "{ smtp { templates { name isOwn } } }", caller("mail-ses"));
    expect(data.smtp.templates).not.toContainEqual({ name: "thanks", isOwn: true });
  });

  test("SendGrid's events count for a guest, once each, and end what was refused", async () => {
    const to = nextGuest();
    expect((await send({ to: [to] }, caller("mail-grid"))).errors).toBeUndefined();
    const [mail] = mailsTo(to);
    sandbox.sendgrid.happen(mail!, "open");
    sandbox.sendgrid.happen(mail!, "click");
    sandbox.sendgrid.happen(mail!, "spamreport");
    const select = "... on Guest { emailOptIn emailEngagement { sent delivered opens clicks complaints } }";
    const engagement = async (address: string | null) => {
      const question = { representations: [{ __typename: "Guest", email: address }], select };
      return (await askEntities(email, question, caller("mail-grid"))).data._entities[0];
    };
    await settled(async () => (await engagement(to)).emailEngagement.complaints === 1);
    expect(await engagement(to.toUpperCase())).toEqual({
      emailOptIn: false,
      emailEngagement: { sent: 1, delivered: 1, opens: 1, clicks: 1, complaints: 1 },
    });
    expect(await engagement(null)).toEqual({ emailOptIn: null, emailEngagement: null });
    expect(await lastStatus(to)).toBe("DELIVERED");
  });

  test("events without a signature, with another's or an old one are refused and stored nowhere", async () => {
    const url = `${edge.url.origin}/webhooks/sendgrid/mail-grid`;
    const body = JSON.stringify([
      { email: "a@example.com", event: "open", sg_event_id: "forged", timestamp: 1 },
    ]);
    const post = (headers: Record<string, string>) => fetch(url, { method: "POST", body, headers });
    const name = "x-twilio-email-event-webhook";
    expect((await post({})).status).toBe(401);
    const now = String(Math.floor(Date.now() / 1_000));
    expect((await post({ [`${name}-signature`]: "AAAA", [`${name}-timestamp`]: now })).status).toBe(401);
    expect((await post({ [`${name}-signature`]: "AAAA", [`${name}-timestamp`]: "1" })).status).toBe(401);
    const { data } = await ask(
      email,
      `{ smtp { emailStats(email: "a@example.com") { opens } } }`,
      caller("mail-grid"),
    );
    expect(data.smtp.emailStats.opens).toBe(0);
  });

  describe("SES", () => {
    const url = `${edge.url.origin}/webhooks/ses/mail-ses`;
    const post = (body: string) => fetch(url, { method: "POST", body });
    const statsOf = async (address: string) => {
      const query = `{ smtp { emailStats(email: "${address}") { sent delivered opens bounces complaints optIn } } }`;
      return (await ask(email, query, caller("mail-ses"))).data.smtp.emailStats;
    };
    const told = (eventType: string) =>
      JSON.parse(sandbox.ses.webhooks.attempted.findLast(({ body }) => body.includes(eventType))!.body);

    test("tells by a confirmed topic what became of an e-mail, each once", async () => {
      const to = nextGuest();
      expect((await send({ to: [to] }, caller("mail-ses"))).errors).toBeUndefined();
      const [mail] = mailsTo(to);
      sandbox.ses.happen(mail!, "Open", { open: { timestamp: new Date().toISOString() } });
      await sandbox.ses.webhooks.settled();
      expect((await post(JSON.stringify(told("Open")))).status).toBe(200);
      expect(await statsOf(to)).toMatchObject({ sent: 1, delivered: 1, opens: 1, optIn: true });
      expect(await lastStatus(to, caller("mail-ses"))).toBe("DELIVERED");
      const complainedRecipients = [{ emailAddress: to }];
      const complaint = { timestamp: new Date().toISOString(), complainedRecipients };
      sandbox.ses.happen(mail!, "Complaint", { complaint });
      await sandbox.ses.webhooks.settled();
      expect(await statsOf(to)).toMatchObject({ complaints: 1, optIn: false });
    });

    test("an address that is none bounces", async () => {
      const to = `${crypto.randomUUID()}@nowhere.invalid`;
      await send({ to: [to] }, caller("mail-ses"));
      await sandbox.ses.webhooks.settled();
      expect(await lastStatus(to, caller("mail-ses"))).toBe("BOUNCED");
      expect(await statsOf(to)).toMatchObject({ bounces: 1, optIn: false });
    });

    test("what Amazon has not signed, for another topic, old, or with keys from elsewhere is refused", async () => {
      const to = nextGuest();
      await send({ to: [to] }, caller("mail-ses"));
      await sandbox.ses.webhooks.settled();
      const stats = await statsOf(to);
      const message = told("Delivery");
      const forged = [
        { ...message, Message: message.Message.replace("Delivery", "Complaint") },
        { ...message, TopicArn: "arn:aws:sns:eu-west-1:999999999999:mail" },
        { ...message, Timestamp: "2020-01-01T00:00:00.000Z" },
        { ...message, SigningCertURL: "https://sns.eu-west-1.amazonaws.com.example/key.pem" },
        { ...message, SigningCertURL: "http://sns.eu-west-1.amazonaws.com/key.pem" },
        { ...message, Signature: "AAAA" },
        [],
      ];
      for (const body of forged) expect((await post(JSON.stringify(body))).status).toBe(401);
      expect((await post("{")).status).toBe(401);
      const elsewhere = `${edge.url.origin}/webhooks/ses/mail-smtp`;
      expect((await fetch(elsewhere, { method: "POST", body: JSON.stringify(message) })).status).toBe(401);
      expect(await statsOf(to)).toEqual(stats);
    });
  });

  test("a campaign reaches each once, leaves out who opted out, and tells how far it is", async () => {
    const [one, two, out] = [nextGuest(), nextGuest(), nextGuest()];
    await ask(email, `mutation { setEmailOptIn(email: "${out}", optIn: false) { optIn } }`, caller());
    const input = {
      ...{ name: "Friday", template: "marketing", recipients: [one, two, one, out, "bounce@example.com"] },
      variables: { restaurant: { name: "Vino" }, message: "Come and taste" },
    };
    const query = `mutation ($input: EmailCampaignInput!) { startEmailCampaign(input: $input) { id pending } }`;
    const started = await ask(email, { query, variables: { input } }, caller());
    expect(started.errors).toBeUndefined();
    const { id } = started.data.startEmailCampaign;
    const look = async () => {
      const campaign = `{ smtp { campaign(id: "${id}") { pending sent failed skipped finished } } }`;
      return (await ask(email, campaign, caller())).data.smtp.campaign;
    };
    await settled(async () => (await look()).finished !== null);
    expect(await look()).toMatchObject({ pending: 0, sent: 2, failed: 1, skipped: 1 });
    expect([one, two, out].map((to) => mailsTo(to!).length)).toEqual([1, 1, 0]);
  });
});

async function lastStatus(to: string, who = caller("mail-grid")): Promise<string> {
  const { data } = await ask(email, `{ smtp { messages(to: "${to}", limit: 1) { status } } }`, who);
  return data.smtp.messages[0].status;
}

async function settled(holds: () => Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + 15_000;
  while (!(await holds())) {
    if (performance.now() > deadlineMs) throw new Error("it did not come about");
    await Bun.sleep(20);
  }
}
