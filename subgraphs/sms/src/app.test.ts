import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { CredentialSource } from "@mycelium/connectors";
import { findTenantLeaks } from "@mycelium/database/testing";
import { type TestHost, testHost } from "@mycelium/host/testing";
import { accountFor, type Sandbox, signTwilioCallback, startSandbox } from "@mycelium/sandbox";
import { ask, askEntities, testCaller } from "@mycelium/subgraph-kit/testing";
import { createApp } from "./app.ts";

const accounts = {
  "sms-one": accountFor("sms-one"),
  "sms-two": accountFor("sms-two"),
  "sms-down": accountFor("sms-down"),
};
type TenantId = keyof typeof accounts;

/** The first tenant alone has a second provider. */
const credentials: CredentialSource = {
  find: async (tenantId, connector) => {
    const account = accounts[tenantId as TenantId];
    if (connector === "twilio") return account?.twilio as never;
    return (connector === "sns" && tenantId === "sms-one" ? account?.sns : undefined) as never;
  },
};

let host: TestHost;
let sandbox: Sandbox;
let sms: ReturnType<typeof createApp>;
const edge = Bun.serve({ port: 0, fetch: (request) => sms.app.fetch(request) });
const staff = (tenantId: TenantId = "sms-one", role = "STAFF") => testCaller({ tenantId, roles: [role] });

beforeAll(async () => {
  sandbox = await startSandbox({ accounts: Object.values(accounts) });
  host = await testHost(["sms"]);
  const environment = {
    TWILIO_URL: sandbox.url,
    SNS_URL: `${sandbox.url}/sns/`,
    WEBHOOK_BASE_URL: edge.url.origin,
  };
  sms = createApp({ ...host.parts, environment, credentials, bulkPauseMs: 1 });
});
afterAll(async () => {
  await host.close();
  await sandbox.close();
  await edge.stop(true);
});
beforeEach(() => {
  sandbox.twilio.faults.clear();
  sandbox.twilio.requests.clear();
  host.statements.length = 0;
});

let phones = 0;
const nextPhone = () => `+1555010${String(++phones).padStart(4, "0")}`;

const fields = "sid to from body status direction errorCode dateSent dateUpdated";

function send(
  to: string,
  more: { message?: string; messageId?: string; mediaUrl?: string } = {},
  caller = staff(),
) {
  const query = `mutation ($to: String!, $message: String!, $mediaUrl: String, $messageId: ID) {
    sendSMS(to: $to, message: $message, mediaUrl: $mediaUrl, messageId: $messageId) { ${fields} } }`;
  return ask(sms, { query, variables: { to, message: "Thanks for dining!", ...more } }, caller);
}

const posted = () =>
  sandbox.twilio.requests
    .all()
    .filter(({ method, path }) => method === "POST" && path.endsWith("/Messages.json")).length;

const statusOf = async (sid: string) =>
  (await ask(sms, `{ twilio { message(sid: "${sid}") { status errorCode } } }`, staff())).data.twilio.message;

describe("sms", () => {
  test("no tenant reaches another's rows", async () => {
    await send(nextPhone());
    expect(await findTenantLeaks({ server: host.databaseServer, schema: "sms" })).toEqual([]);
  });

  test("a message is sent, and Twilio's callbacks tell how it fared", async () => {
    const to = nextPhone();
    const { data, errors } = await send(to);
    expect(errors).toBeUndefined();
    expect(data.sendSMS).toMatchObject({ to, from: "+15005550006", direction: "OUTBOUND_API" });
    await sandbox.twilio.settled();
    expect(await statusOf(data.sendSMS.sid)).toEqual({ status: "DELIVERED", errorCode: null });
    const { data: other } = await ask(sms, `{ twilio { messages(to: "${to}") { sid } } }`, staff("sms-two"));
    expect(other.twilio.messages).toEqual([]);
  });

  test("one that never arrives is undelivered, with Twilio's code", async () => {
    const { data } = await send("+15005550666");
    await sandbox.twilio.settled();
    expect(await statusOf(data.sendSMS.sid)).toEqual({ status: "UNDELIVERED", errorCode: "30003" });
  });

  test("of one messageId one message is sent, however often it is asked for and at once", async () => {
    const to = nextPhone();
    const answers = await Promise.all([1, 2, 3].map(() => send(to, { messageId: "receipt-1" })));
    const again = await send(to, { messageId: "receipt-1" });
    expect(posted()).toBe(1);
    const sids = answers.flatMap(({ data }) => data?.sendSMS?.sid ?? []);
    expect(new Set([...sids, again.data.sendSMS.sid]).size).toBe(1);
    for (const { errors } of answers.filter(({ data }) => !data)) {
      expect(errors?.[0]?.extensions.code).toBe("SMS_IN_PROGRESS");
    }
  });

  test("a message whose answer was lost is found at Twilio, not sent again", async () => {
    const to = nextPhone();
    sandbox.twilio.faults.add({ kind: "lose-answer", method: "POST", path: "/Messages.json", times: 1 });
    await send(to, { messageId: "lost", message: "Lost and found" }, staff("sms-two"));
    const { data, errors } = await send(
      to,
      { messageId: "lost", message: "Lost and found" },
      staff("sms-two"),
    );
    expect(errors).toBeUndefined();
    expect(posted()).toBe(1);
    const [kept] = sandbox.twilio.messages(accounts["sms-two"].twilio.accountSid).newestFirst();
    expect(data.sendSMS.sid).toBe(kept?.id);
  });

  test("where Twilio does not work the second provider takes over", async () => {
    sandbox.twilio.faults.add({ kind: "answer", method: "POST", status: 503, answer: { message: "down" } });
    const to = nextPhone();
    const { data } = await send(to, { message: "By the other way" });
    expect(data.sendSMS).toMatchObject({ to, status: "SENT" });
    expect(sandbox.sns.sent.newestFirst()[0]).toMatchObject({ to, body: "By the other way" });
    expect(data.sendSMS.sid).toBe(sandbox.sns.sent.newestFirst()[0]?.id);
    const { errors } = await send(to, {}, staff("sms-two"));
    expect(errors?.[0]).toMatchObject({ extensions: { code: "SMS_FAILED" } });
  });

  test.each([
    ["+15005550001", "21211"],
    ["+15005550009", "21614"],
  ])("what Twilio refuses for %s is told in its words, noted, and not tried elsewhere", async (to, code) => {
    const before = sandbox.sns.sent.all().length;
    const { errors, data } = await send(to);
    expect(data).toBeNull();
    expect(errors?.[0]?.message).toStartWith("Failed to send SMS: ");
    expect(errors?.[0]?.extensions).toMatchObject({ code: "SMS_FAILED", providerCode: code });
    expect(sandbox.sns.sent.all().length).toBe(before);
  });

  test("who has unsubscribed at Twilio is not asked again", async () => {
    await send("+15005550004");
    sandbox.twilio.requests.clear();
    const { errors } = await send("+15005550004");
    expect(errors?.[0]?.extensions.code).toBe("OPTED_OUT");
    expect(posted()).toBe(0);
    const guest = {
      representations: [{ __typename: "Guest", phone: "+15005550004" }],
      select: "... on Guest { smsOptIn }",
    };
    expect((await askEntities(sms, guest, staff())).data._entities).toEqual([{ smsOptIn: false }]);
  });

  test.each([
    [{ to: "5550001111" }, "to: is no phone number with its country, such as +15551234567"],
    [{ message: "   " }, "message: "],
    [{ message: "x".repeat(1_601) }, "message: "],
    [{ mediaUrl: "file:///etc/passwd" }, "mediaUrl: "],
  ])("%p is refused before anything is sent", async (given, reason) => {
    const { to = nextPhone(), ...more } = given as { to?: string };
    const { errors } = await send(to, more);
    expect(errors?.[0]?.message).toStartWith(reason);
    expect(errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
    expect(posted()).toBe(0);
  });

  test("a guest may not send", async () => {
    const { errors } = await send(nextPhone(), {}, staff("sms-one", "USER"));
    expect(errors?.[0]?.extensions.code).toBe("FORBIDDEN");
  });

  test("in bulk, whom Twilio cannot reach is left out", async () => {
    const recipients = [nextPhone(), "+15005550002", nextPhone()];
    const query = `mutation ($recipients: [String!]!) { sendBulkSMS(recipients: $recipients, message: "Wine night") { to } }`;
    const { data } = await ask(sms, { query, variables: { recipients } }, staff());
    expect(data.sendBulkSMS).toEqual([{ to: recipients[0] }, { to: recipients[2] }]);
    const many = Array.from({ length: 26 }, nextPhone);
    expect(
      (await ask(sms, { query, variables: { recipients: many } }, staff())).errors?.[0]?.message,
    ).toContain("recipients");
  });

  test("a looked-up number is remembered, and asked for once", async () => {
    const number = "+15550002228";
    const query = `{ twilio { lookupPhone(number: "+1 (555) 000-2228") { valid phoneNumber nationalFormat carrier type } } }`;
    const first = await ask(sms, query, staff());
    expect(first.data.twilio.lookupPhone).toEqual({
      ...{ valid: true, phoneNumber: number, nationalFormat: "(555) 000-2228" },
      ...{ carrier: "Sandbox Telephone", type: "LANDLINE" },
    });
    await ask(sms, query, staff());
    expect(sandbox.twilio.requests.all().filter(({ path }) => path.includes("PhoneNumbers"))).toHaveLength(1);
  });

  test("guests by phone: as many statements for fifty as for one, and nothing of those without", async () => {
    const numbers = Array.from({ length: 5 }, nextPhone);
    for (const to of numbers) await send(to);
    await sandbox.twilio.settled();
    const select =
      "... on Guest { phoneVerified phoneType smsOptIn lastSMS { to } smsHistory(limit: 2) { to } }";
    const count = async (phones: (string | null)[]) => {
      host.statements.length = 0;
      const representations = phones.map((phone) => ({ __typename: "Guest", phone }));
      const { data, errors } = await askEntities(sms, { representations, select }, staff());
      expect(errors).toBeUndefined();
      return { statements: host.statements.length, guests: data._entities };
    };
    const one = await count(numbers.slice(0, 1));
    const many = await count([...numbers, ...Array.from({ length: 45 }, nextPhone), null]);
    expect(many.statements).toBe(one.statements);
    expect(many.guests[4]).toMatchObject({ lastSMS: { to: numbers[4] }, smsHistory: [{ to: numbers[4] }] });
    expect(many.guests[50]).toEqual({
      ...{ phoneVerified: null, phoneType: null, smsOptIn: null, lastSMS: null, smsHistory: [] },
    });
  });

  async function tell(path: string, form: Record<string, string>, token?: string) {
    const key = token ?? accounts["sms-one"].twilio.authToken;
    const signature = signTwilioCallback(`${edge.url.origin}${path}`, form, key);
    return fetch(`${edge.url.origin}${path}`, {
      method: "POST",
      headers: { "x-twilio-signature": signature, "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(form),
    });
  }

  describe("a guest who writes", () => {
    const write = (from: string, Body: string, more: Record<string, string> = {}, token?: string) => {
      const form = { MessageSid: `SM${crypto.randomUUID()}`, From: from, To: "+15005550006", Body, ...more };
      return tell("/twilio/inbound/sms-one", form, token);
    };
    const received = async (from: string) =>
      (await ask(sms, `{ twilio { messages(from: "${from}") { body direction status } } }`, staff())).data
        .twilio.messages;

    test("STOP gets no more messages, and START gets them again", async () => {
      const from = nextPhone();
      expect((await write(from, " stop ")).status).toBe(200);
      expect((await send(from)).errors?.[0]?.extensions.code).toBe("OPTED_OUT");
      expect((await write(from, "Why?")).status).toBe(200);
      expect((await send(from)).errors?.[0]?.extensions.code).toBe("OPTED_OUT");
      await write(from, "genug", { OptOutType: "START" });
      expect((await send(from)).errors).toBeUndefined();
      expect(await received(from)).toEqual(
        ["genug", "Why?", " stop "].map((body) => ({ body, direction: "INBOUND", status: "RECEIVED" })),
      );
    });

    test("is heard once, and by a signature of the tenant's account alone", async () => {
      const from = nextPhone();
      const sid = { MessageSid: `SM${crypto.randomUUID()}` };
      await write(from, "Hello", sid);
      expect((await write(from, "Hello", sid)).status).toBe(200);
      expect((await write(from, "STOP", {}, "another")).status).toBe(401);
      expect(await received(from)).toHaveLength(1);
      expect((await send(from)).errors).toBeUndefined();
    });
  });

  describe("a callback", () => {
    async function call(
      form: Record<string, string>,
      { token, message = "" }: { token?: string; message?: string } = {},
    ) {
      return tell(`/twilio/status/sms-one?message=${message}`, form, token);
    }

    test("that is not signed by the tenant's account is refused", async () => {
      const response = await call({ MessageSid: "SM1", MessageStatus: "failed" }, { token: "another" });
      expect([response.status, await response.json()]).toEqual([
        401,
        expect.objectContaining({ code: "BAD_SIGNATURE" }),
      ]);
      const unsigned = await fetch(`${edge.url.origin}/twilio/status/sms-one`, { method: "POST", body: "" });
      expect(unsigned.status).toBe(401);
    });

    test("that is old, repeated or about nothing of ours changes nothing", async () => {
      const { data } = await send(nextPhone());
      await sandbox.twilio.settled();
      const { sid } = data.sendSMS;
      expect((await call({ MessageSid: sid, MessageStatus: "sent" })).status).toBe(200);
      expect(
        (await call({ MessageSid: "SMunknown", MessageStatus: "failed" }, { message: crypto.randomUUID() }))
          .status,
      ).toBe(200);
      expect(await statusOf(sid)).toEqual({ status: "DELIVERED", errorCode: null });
    });
  });
});
