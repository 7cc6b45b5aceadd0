import { createSign, generateKeyPairSync, type KeyObject } from "node:crypto";
import type { Context } from "hono";
import { createProviderBase, type Provider } from "../core/provider.ts";
import { epochSeconds, type Surroundings } from "../core/surroundings.ts";
import { bounces, type Mailbox, type SandboxEmail } from "./mailbox.ts";

export interface SendGridSandbox extends Provider {
  addKey(account: string, apiKey: string): void;
  removeKey(apiKey: string): void;
  /** What happens to e-mails is told to this URL; gives the public key that proves it. */
  addEventWebhook(account: string, url: string): { publicKey: string };
  /** Someone opens an e-mail, clicks in it, complains … */
  happen(email: SandboxEmail, event: string, more?: Record<string, unknown>): void;
}

interface Receiver {
  url: string;
  privateKey: KeyObject;
}

interface MailSend {
  personalizations?: { to?: { email?: string }[]; custom_args?: Record<string, string> }[];
  from?: { email?: string };
  subject?: string;
  content?: { type?: string; value?: string }[];
  headers?: Record<string, string>;
  custom_args?: Record<string, string>;
}

const recipientsMax = 1_000;

export function createSendGridSandbox(surroundings: Surroundings, mailbox: Mailbox): SendGridSandbox {
  const base = createProviderBase(surroundings);
  const { app, webhooks } = base;
  const keys = new Map<string, string>();
  const receivers = new Map<string, Receiver[]>();
  const customArgs = new Map<string, Record<string, string>>();

  app.post("/v3/mail/send", async (context) => {
    const account = keys.get((context.req.header("authorization") ?? "").replace(/^Bearer /, ""));
    if (account === undefined) {
      return refuse(context, 401, "The provided authorization grant is invalid, expired, or revoked", null);
    }
    const mail: MailSend | undefined = await context.req.json().catch(() => undefined);
    if (!mail) return refuse(context, 400, "Bad Request", null);
    const problem = findProblem(mail);
    if (problem) return refuse(context, 400, problem.message, problem.field);
    const messageId = surroundings.randomId(22);
    for (const personalization of mail.personalizations ?? []) {
      const args = { ...mail.custom_args, ...personalization.custom_args };
      const email = keep(account, { mail, to: personalization.to ?? [], messageId, args });
      const outcome = email.to.some(bounces) ? "bounce" : "delivered";
      happen(email, "processed");
      happen(
        email,
        outcome,
        outcome === "bounce" ? { type: "bounce", reason: "550 No such user", status: "5.1.1" } : {},
      );
    }
    return new Response(null, { status: 202, headers: { "x-message-id": messageId } });
  });
  app.notFound((context) => refuse(context, 404, "not found", null));

  interface Kept {
    mail: MailSend;
    to: { email?: string }[];
    messageId: string;
    args: Record<string, string>;
  }

  function keep(account: string, { mail, to, messageId, args }: Kept): SandboxEmail {
    const contentOf = (type: string) => mail.content?.find((content) => content.type === type)?.value ?? "";
    const email = mailbox.take({
      provider: "sendgrid",
      account,
      messageId,
      from: mail.from?.email ?? "",
      to: to.map(({ email = "" }) => email),
      subject: mail.subject ?? "",
      html: contentOf("text/html"),
      text: contentOf("text/plain"),
      headers: mail.headers ?? {},
    });
    customArgs.set(email.id, args);
    return email;
  }

  function happen(email: SandboxEmail, event: string, more: Record<string, unknown> = {}): void {
    for (const receiver of receivers.get(email.account) ?? []) {
      const events = email.to.map((address) => ({
        email: address,
        timestamp: epochSeconds(surroundings.now()),
        "smtp-id": `<${email.messageId}@sandbox>`,
        event,
        sg_event_id: surroundings.randomId(24),
        sg_message_id: `${email.messageId}.filter0001`,
        ...customArgs.get(email.id),
        ...more,
      }));
      const body = JSON.stringify(events);
      webhooks.send(() => ({ url: receiver.url, headers: signedHeaders(body, receiver), body }));
    }
  }

  function signedHeaders(body: string, { privateKey }: Receiver): Record<string, string> {
    const timestamp = String(epochSeconds(surroundings.now()));
    const signature = createSign("sha256").update(`${timestamp}${body}`).sign(privateKey, "base64");
    return {
      "content-type": "application/json",
      "x-twilio-email-event-webhook-signature": signature,
      "x-twilio-email-event-webhook-timestamp": timestamp,
    };
  }

  return {
    ...base,
    name: "sendgrid",
    paths: ["v3"],
    addKey: (account, apiKey) => void keys.set(apiKey, account),
    removeKey: (apiKey) => void keys.delete(apiKey),
    addEventWebhook(account, url) {
      const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
      receivers.set(account, [...(receivers.get(account) ?? []), { url, privateKey }]);
      return { publicKey: publicKey.export({ type: "spki", format: "der" }).toString("base64") };
    },
    happen,
    save: () => null,
    load: () => {},
    reset: () => customArgs.clear(),
  };
}

function findProblem({ personalizations, from, subject, content }: MailSend) {
  if (!personalizations?.length) {
    return {
      field: "personalizations",
      message: "The personalizations field is required and must have at least one personalization.",
    };
  }
  const recipients = personalizations.flatMap(({ to = [] }) => to);
  if (recipients.length === 0)
    return {
      field: "personalizations.0.to",
      message:
        "The to array is required for all personalization objects, and must have at least one email object with a valid email address.",
    };
  if (recipients.length > recipientsMax)
    return { field: "personalizations", message: `There are more than ${recipientsMax} recipients.` };
  const wrong = recipients.find(({ email }) => !isAddress(email));
  if (wrong) return { field: "personalizations.0.to.0.email", message: "Does not contain a valid address." };
  if (!isAddress(from?.email))
    return {
      field: "from",
      message:
        "The from object must be provided for every email send. It is an object that requires the email parameter, but may also contain a name parameter.",
    };
  if (!subject)
    return {
      field: "subject",
      message:
        "The subject is required. You can get around this requirement if you use a template with a subject defined or if every personalization has a subject defined.",
    };
  if (!content?.length)
    return {
      field: "content",
      message:
        "Unless a valid template_id is provided, the content parameter is required. There must be at least one defined content block.",
    };
  return undefined;
}

function isAddress(text: string | undefined): boolean {
  return text !== undefined && /^[^@\s]+@[^@\s]+$/.test(text);
}

function refuse(context: Context, status: 400 | 401 | 404, message: string, field: string | null): Response {
  return context.json({ errors: [{ message, field, help: null }] }, status);
}
