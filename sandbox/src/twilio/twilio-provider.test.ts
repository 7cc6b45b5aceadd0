import { beforeAll, describe, expect, test } from "bun:test";
import twilio, { RequestClient } from "twilio";
import { realSurroundings } from "../core/surroundings.ts";
import { twilioDescription } from "../test-support/provider-descriptions.ts";
import { receiveWebhooks } from "../test-support/receive-webhooks.ts";
import { serveProvider } from "../test-support/serve-provider.ts";
import { schemasOf } from "../test-support/validate-with.ts";
import { createTwilioSandbox } from "./twilio-provider.ts";

const accountSid = `AC${"a".repeat(32)}`;
const authToken = "twilio-token";
const from = "+15005550006";
const to = "+15550001111";

/** Twilio's client has no option for another host: its documented way is a client for requests of one's own. */
class LoopbackClient extends RequestClient {
  constructor(private readonly origin: string) {
    super();
  }

  override request<T>(options: Parameters<typeof RequestClient.prototype.request<T>>[0]) {
    const { pathname, search } = new URL(options.uri);
    return super.request<T>({ ...options, uri: `${this.origin}${pathname}${search}` });
  }
}

function open() {
  const sandbox = createTwilioSandbox({ ...realSurroundings, sleep: () => Bun.sleep(1) });
  sandbox.addAccount({ accountSid, authToken });
  const server = serveProvider(sandbox);
  const clientFor = (token: string) =>
    twilio(accountSid, token, { httpClient: new LoopbackClient(server.url) });
  return {
    sandbox,
    client: clientFor(authToken),
    clientFor,
    [Symbol.asyncDispose]: server[Symbol.asyncDispose],
  };
}

describe("the Twilio sandbox, spoken to by Twilio's own client", () => {
  test("takes a message, which arrives, and tells its callback each step, signed", async () => {
    await using opened = open();
    await using receiver = receiveWebhooks();
    const { client, sandbox } = opened;
    const url = `${receiver.url}/twilio/status/t1`;
    const sent = await client.messages.create({ from, to, body: "Thanks for dining!", statusCallback: url });
    expect(sent).toMatchObject({ status: "queued", dateSent: null, direction: "outbound-api" });
    await sandbox.settled();
    const read = await client.messages(sent.sid).fetch();
    expect(read).toMatchObject({ status: "delivered", price: "-0.00790" });
    const told = receiver.received.map(({ body, headers }) => {
      const form = Object.fromEntries(new URLSearchParams(body));
      expect(twilio.validateRequest(authToken, headers.get("x-twilio-signature")!, url, form)).toBe(true);
      expect(twilio.validateRequest("other", headers.get("x-twilio-signature")!, url, form)).toBe(false);
      return form.MessageStatus;
    });
    expect(told.sort()).toEqual(["delivered", "sent"]);
  });

  test("a phone that cannot be reached leaves the message undelivered, with its code", async () => {
    await using opened = open();
    const sent = await opened.client.messages.create({ from, to: "+15005550666", body: "Hello" });
    await opened.sandbox.settled();
    expect(await opened.client.messages(sent.sid).fetch()).toMatchObject({
      status: "undelivered",
      errorCode: 30003,
    });
  });

  test.each([
    [{ from, to: "+15005550001", body: "x" }, 21211],
    [{ from, to: "not a number", body: "x" }, 21211],
    [{ from, to: "+15005550009", body: "x" }, 21614],
    [{ from: "+15005550007", to, body: "x" }, 21606],
    [{ from, to, body: "" }, 21602],
    [{ from, to, body: "x".repeat(1_601) }, 21617],
  ])("a message is refused: %#", async (message, code) => {
    await using opened = open();
    const refused = await opened.client.messages.create(message).catch((e) => e);
    expect(refused).toMatchObject({ status: 400, code });
    expect(opened.sandbox.messages(accountSid).all()).toHaveLength(0);
  });

  test("lists by recipient, page by page", async () => {
    await using opened = open();
    for (let at = 0; at < 5; at++) await opened.client.messages.create({ from, to, body: `${at}` });
    await opened.client.messages.create({ from, to: "+15550002222", body: "other" });
    const listed = await opened.client.messages.list({ to, pageSize: 2 });
    expect(listed.map(({ body }) => body)).toEqual(["4", "3", "2", "1", "0"]);
  });

  test("a wrong token is refused", async () => {
    await using opened = open();
    const refused = await opened
      .clientFor("wrong")
      .messages.list()
      .catch((e) => e);
    expect(refused).toMatchObject({ status: 401, code: 20003 });
  });

  test("looks up what a number is", async () => {
    await using opened = open();
    const lookUp = (number: string) =>
      opened.client.lookups.v2.phoneNumbers(number).fetch({ fields: "line_type_intelligence" });
    expect(await lookUp(to)).toMatchObject({
      valid: true,
      nationalFormat: "(555) 000-1111",
      lineTypeIntelligence: { type: "mobile" },
    });
    expect((await lookUp("+15550001118")).lineTypeIntelligence).toMatchObject({ type: "landline" });
    expect(await lookUp("+1")).toMatchObject({ valid: false });
  });

  test("two texts in other alphabets cost more", async () => {
    await using opened = open();
    const sent = await opened.client.messages.create({ from, to, body: "ё".repeat(71) });
    expect(sent.numSegments).toBe("2");
  });
});

describe("the Twilio sandbox, held against Twilio's own description", () => {
  let message: ReturnType<ReturnType<typeof schemasOf>>;
  beforeAll(() => {
    message = schemasOf(twilioDescription("twilio_api_v2010"))("api.v2010.account.message");
  }, 120_000);

  test("a message has the description's fields and types", async () => {
    await using opened = open();
    await opened.client.messages.create({ from, to: "+15005550666", body: "Hello" });
    await opened.sandbox.settled();
    const [{ shown } = { shown: {} }] = opened.sandbox.messages(accountSid).all();
    const isValid = message(shown);
    expect(isValid ? [] : message.errors).toEqual([]);
    expect(message({ ...shown, status: "lost" })).toBe(false);
  });
});
