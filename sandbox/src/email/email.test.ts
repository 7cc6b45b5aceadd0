import { describe, expect, test } from "bun:test";
import { SESv2Client, SendEmailCommand } from "@aws-sdk/client-sesv2";
import { EventWebhook } from "@sendgrid/eventwebhook";
import sendgrid from "@sendgrid/mail";
import { createTransport } from "nodemailer";
import { createCertificate } from "../../../tests/e2e/support/certificate.ts";
import { realSurroundings } from "../core/surroundings.ts";
import { receiveWebhooks } from "../test-support/receive-webhooks.ts";
import { serveProvider } from "../test-support/serve-provider.ts";
import { Mailbox } from "./mailbox.ts";
import { createSendGridSandbox } from "./sendgrid-provider.ts";
import { createSesSandbox } from "./ses-provider.ts";
import { startSmtpSandbox } from "./smtp-provider.ts";

// Its types show the class to nobody.
const MailService = sendgrid.constructor as new () => typeof sendgrid;
const surroundings = { ...realSurroundings, sleep: () => Bun.sleep(1) };
const receipt = {
  from: "dinner@restaurant.test",
  to: "ada@example.com",
  subject: "Your receipt — Ünïcode",
  html: "<p>Lamb shoulder</p>",
  text: "Lamb shoulder",
};

describe("the mail server, spoken to by nodemailer", () => {
  async function open() {
    const mailbox = new Mailbox(surroundings);
    const smtp = await startSmtpSandbox({ mailbox, certificate: createCertificate("localhost") });
    smtp.addUser({ username: "vinovoyage", password: "right" });
    const transportFor = (pass: string) =>
      createTransport({
        host: "127.0.0.1",
        port: smtp.port,
        auth: { user: "vinovoyage", pass },
        tls: { rejectUnauthorized: false },
      });
    return {
      mailbox,
      smtp,
      transport: transportFor("right"),
      transportFor,
      [Symbol.asyncDispose]: () => smtp.close(),
    };
  }

  test("takes an e-mail over STARTTLS, with its message id", async () => {
    await using opened = await open();
    const sent = await opened.transport.sendMail({ ...receipt, messageId: "<receipt-1@restaurant.test>" });
    expect(sent.response).toContain("250");
    const [email] = opened.mailbox.to("ada@example.com");
    expect(email).toMatchObject({
      provider: "smtp",
      account: "vinovoyage",
      subject: receipt.subject,
      messageId: "<receipt-1@restaurant.test>",
    });
    expect(email!.html).toContain("Lamb shoulder");
  });

  test("refuses a wrong password and an address that does not exist", async () => {
    await using opened = await open();
    expect(
      await opened
        .transportFor("wrong")
        .sendMail(receipt)
        .catch((e) => e),
    ).toMatchObject({ responseCode: 535 });
    const bounced = await opened.transport.sendMail({ ...receipt, to: "bounce@example.com" }).catch((e) => e);
    expect(bounced).toMatchObject({ responseCode: 550 });
    expect(opened.mailbox.emails.all()).toEqual([]);
  });

  test("fails for a while on demand", async () => {
    await using opened = await open();
    opened.smtp.fail({ stage: "message", code: 451, message: "Try again later", times: 1 });
    expect(await opened.transport.sendMail(receipt).catch((e) => e)).toMatchObject({ responseCode: 451 });
    await opened.transport.sendMail(receipt);
    expect(opened.mailbox.emails.all()).toHaveLength(1);
  });

  test("can take an e-mail and not say so", async () => {
    await using opened = await open();
    opened.smtp.fail({ stage: "lost", code: 421, message: "Closing", times: 1 });
    expect(await opened.transport.sendMail(receipt).catch((e) => e)).toBeInstanceOf(Error);
    expect(opened.mailbox.emails.all()).toHaveLength(1);
  });
});

describe("the SendGrid sandbox, spoken to by SendGrid's client", () => {
  function open() {
    const mailbox = new Mailbox(surroundings);
    const sandbox = createSendGridSandbox(surroundings, mailbox);
    sandbox.addKey("vinovoyage", "SG.right");
    const server = serveProvider(sandbox);
    const serviceFor = (key: string) => {
      const service = new MailService();
      service.setApiKey(key);
      (
        service as unknown as { client: { setDefaultRequest(name: string, value: string): void } }
      ).client.setDefaultRequest("baseUrl", server.url);
      return service;
    };
    return {
      mailbox,
      sandbox,
      service: serviceFor("SG.right"),
      serviceFor,
      [Symbol.asyncDispose]: server[Symbol.asyncDispose],
    };
  }

  test("takes an e-mail and tells of its way, signed", async () => {
    await using opened = open();
    await using receiver = receiveWebhooks();
    const { publicKey } = opened.sandbox.addEventWebhook("vinovoyage", `${receiver.url}/events`);
    const [answer] = await opened.service.send({ ...receipt, customArgs: { emailId: "e-1" } });
    expect(answer.statusCode).toBe(202);
    const [email] = opened.mailbox.to("ada@example.com");
    expect(email).toMatchObject({ provider: "sendgrid", messageId: answer.headers["x-message-id"] });
    opened.sandbox.happen(email!, "open");
    await opened.sandbox.webhooks.settled();
    const checker = new EventWebhook();
    const key = checker.convertPublicKeyToECDSA(publicKey);
    const told = receiver.received.map(({ body, headers }) => {
      const signature = headers.get("x-twilio-email-event-webhook-signature")!;
      const timestamp = headers.get("x-twilio-email-event-webhook-timestamp")!;
      expect(checker.verifySignature(key, body, signature, timestamp)).toBe(true);
      expect(checker.verifySignature(key, `${body} `, signature, timestamp)).toBe(false);
      const [event] = JSON.parse(body);
      expect(event.emailId).toBe("e-1");
      return event.event;
    });
    expect(told.sort()).toEqual(["delivered", "open", "processed"]);
  });

  test("refuses a key that is not valid, and an e-mail without a recipient", async () => {
    await using opened = open();
    expect(
      await opened
        .serviceFor("SG.wrong")
        .send(receipt)
        .catch((e) => e),
    ).toMatchObject({ code: 401 });
    const refused = await opened.service.send({ ...receipt, to: "nobody" }).catch((e) => e);
    expect(refused.response.body.errors[0].field).toContain("to");
  });
});

describe("the SES sandbox, spoken to by Amazon's client", () => {
  function open() {
    const mailbox = new Mailbox(surroundings);
    const sandbox = createSesSandbox(surroundings, mailbox);
    sandbox.addKey({ account: "vinovoyage", accessKeyId: "AKIASANDBOX", secretAccessKey: "right" });
    const server = serveProvider(sandbox);
    const clientFor = (secretAccessKey: string) =>
      new SESv2Client({
        region: "eu-west-1",
        endpoint: server.url,
        maxAttempts: 1,
        credentials: { accessKeyId: "AKIASANDBOX", secretAccessKey },
      });
    return {
      mailbox,
      client: clientFor("right"),
      clientFor,
      [Symbol.asyncDispose]: server[Symbol.asyncDispose],
    };
  }
  const command = new SendEmailCommand({
    FromEmailAddress: receipt.from,
    Destination: { ToAddresses: [receipt.to] },
    Content: {
      Simple: {
        Subject: { Data: receipt.subject },
        Body: { Html: { Data: receipt.html }, Text: { Data: receipt.text } },
      },
    },
  });

  test("takes an e-mail whose signature is right, and no other", async () => {
    await using opened = open();
    const { MessageId } = await opened.client.send(command);
    expect(opened.mailbox.to("ada@example.com")).toMatchObject([{ provider: "ses", messageId: MessageId }]);
    const refused = await opened
      .clientFor("wrong")
      .send(command)
      .catch((e) => e);
    expect(refused.name).toBe("InvalidSignatureException");
    expect(opened.mailbox.emails.all()).toHaveLength(1);
  });
});
