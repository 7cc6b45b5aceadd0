import type { Context } from "hono";
import { simpleParser } from "mailparser";
import { createProviderBase, type Provider } from "../core/provider.ts";
import type { Surroundings } from "../core/surroundings.ts";
import { bounces, type Mailbox, type SandboxEmail } from "./mailbox.ts";
import { type SesTopic, SesTopics } from "./ses-topics.ts";
import { readAwsSignature } from "./verify-aws-signature.ts";

export interface SesSandbox extends Provider {
  addKey(key: { account: string; accessKeyId: string; secretAccessKey: string }): void;
  removeKey(accessKeyId: string): void;
  /** What happens to an account's e-mails is told there from when it has been confirmed. */
  addEventTopic(account: string, topic: SesTopic): void;
  /** Someone opens an e-mail, complains … */
  happen(email: SandboxEmail, eventType: string, more?: Readonly<Record<string, unknown>>): void;
}

interface SendEmail {
  FromEmailAddress?: string;
  ConfigurationSetName?: string;
  EmailTags?: { Name: string; Value: string }[];
  Destination?: { ToAddresses?: string[] };
  Content?: {
    Simple?: {
      Subject?: Data;
      Body?: { Html?: Data; Text?: Data };
      Headers?: { Name: string; Value: string }[];
    };
    Raw?: { Data?: string };
  };
}

interface Data {
  Data?: string;
}

/** Amazon SES, version 2 of its API, with signatures that are checked. */
export function createSesSandbox(surroundings: Surroundings, mailbox: Mailbox): SesSandbox {
  const base = createProviderBase(surroundings);
  const { app } = base;
  const keys = new Map<string, { account: string; secretAccessKey: string }>();
  const topics = new SesTopics(app, { surroundings, webhooks: base.webhooks });

  function tellArrival(email: SandboxEmail): void {
    const timestamp = surroundings.now().toISOString();
    const lost = email.to.filter(bounces);
    if (lost.length === 0) {
      topics.happen(email, "Delivery", { delivery: { timestamp } });
      return;
    }
    const bouncedRecipients = lost.map((emailAddress) => ({
      ...{ emailAddress, action: "failed", status: "5.1.1", diagnosticCode: "550 No such user" },
    }));
    topics.happen(email, "Bounce", { bounce: { bounceType: "Permanent", bouncedRecipients, timestamp } });
  }

  /** Whose request it is, by a signature that is right; else how it is refused. */
  async function authenticate(context: Context): Promise<{ account: string; body: string } | Response> {
    const body = await context.req.text();
    const { method, path } = context.req;
    const query = new URL(context.req.url).search.slice(1);
    const header = (name: string) => context.req.header(name);
    const signature = readAwsSignature({ method, path, query, header, body });
    if (!signature)
      return refuse(context, 403, "MissingAuthenticationTokenException", "Missing Authentication Token");
    const key = keys.get(signature.accessKeyId);
    if (!key) {
      const message = "The security token included in the request is invalid.";
      return refuse(context, 403, "UnrecognizedClientException", message);
    }
    if (!signature.matches(key.secretAccessKey)) {
      const message =
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.";
      return refuse(context, 403, "InvalidSignatureException", message);
    }
    return { account: key.account, body };
  }

  app.get("/v2/email/account", async (context) => {
    const known = await authenticate(context);
    if (known instanceof Response) return known;
    return context.json({
      SendingEnabled: true,
      ProductionAccessEnabled: true,
      EnforcementStatus: "HEALTHY",
    });
  });

  app.post("/v2/email/outbound-emails", async (context) => {
    const known = await authenticate(context);
    if (known instanceof Response) return known;
    const { account, body } = known;
    const email = await readEmail(body);
    if (typeof email === "string") return refuse(context, 400, "BadRequestException", email);
    const messageId = `0100${surroundings.randomId(24).toLowerCase()}-000000`;
    const { sentWith, ...content } = email;
    const taken = mailbox.take({ provider: "ses", account, messageId, ...content });
    topics.remember(taken, sentWith);
    topics.happen(taken, "Send", { send: {} });
    tellArrival(taken);
    return context.json({ MessageId: messageId });
  });
  app.notFound((context) => refuse(context, 404, "UnknownOperationException", "Not found"));

  return {
    ...base,
    name: "ses",
    paths: ["v2/email"],
    addKey: ({ accessKeyId, ...key }) => void keys.set(accessKeyId, key),
    removeKey: (accessKeyId) => void keys.delete(accessKeyId),
    addEventTopic: (account, topic) => topics.add(account, topic),
    happen: (email, eventType, more) => topics.happen(email, eventType, more),
    save: () => null,
    load: () => {},
    reset: () => {},
  };
}

async function readEmail(body: string) {
  let sent: SendEmail;
  try {
    sent = JSON.parse(body) as SendEmail;
  } catch {
    return "The request body is not JSON";
  }
  const { FromEmailAddress: from = "", Destination, Content } = sent;
  const to = Destination?.ToAddresses ?? [];
  const tags = Object.fromEntries((sent.EmailTags ?? []).map(({ Name, Value }) => [Name, [Value]]));
  const sentWith = { configurationSet: sent.ConfigurationSetName, tags };
  if (Content?.Raw?.Data !== undefined)
    return { ...(await readRaw(Content.Raw.Data, { from, to })), sentWith };
  const simple = Content?.Simple;
  if (!simple) return "Content must have one of Simple, Raw and Template";
  if (from === "") return "The FromEmailAddress is missing";
  if (to.length === 0) return "Destination must have at least one address";
  const wrong = to.find((address) => !/^[^@\s]+@[^@\s]+$/.test(address));
  if (wrong !== undefined) return `Missing final '@domain': ${wrong}`;
  return {
    sentWith,
    from,
    to,
    subject: simple.Subject?.Data ?? "",
    html: simple.Body?.Html?.Data ?? "",
    text: simple.Body?.Text?.Data ?? "",
    headers: Object.fromEntries((simple.Headers ?? []).map(({ Name, Value }) => [Name.toLowerCase(), Value])),
  };
}

async function readRaw(data: string, { from, to }: { from: string; to: string[] }) {
  const message = await simpleParser(Buffer.from(data, "base64"));
  return {
    from: from || (message.from?.value[0]?.address ?? ""),
    to,
    subject: message.subject ?? "",
    html: message.html || "",
    text: message.text ?? "",
    headers: Object.fromEntries(
      message.headerLines.map(({ key, line }) => [key, line.slice(key.length + 1).trim()]),
    ),
  };
}

function refuse(context: Context, status: 400 | 403 | 404, type: string, message: string): Response {
  return context.json({ message }, status, { "x-amzn-errortype": type });
}
