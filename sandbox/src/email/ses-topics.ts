import { sign } from "node:crypto";
import type { Hono } from "hono";
import type { Surroundings } from "../core/surroundings.ts";
import type { WebhookSender } from "../core/webhook-sender.ts";
import type { SandboxEmail } from "./mailbox.ts";

export interface SesTopic {
  arn: string;
  /** Who is told, once it has said that it wants to be. */
  url: string;
  /** Where this sandbox is found. */
  origin: string;
  certificate: { cert: string; key: string };
}

export interface SentWith {
  configurationSet: string | undefined;
  tags: Readonly<Record<string, string[]>>;
}

interface Subscription extends SesTopic {
  token: string;
  isConfirmed: boolean;
}

const certificatePath = "/v2/email/SimpleNotificationService.pem";
const confirmPath = "/v2/email/confirm-subscription";
const sentMax = 5_000;

/** SES publishes what becomes of e-mails to a topic of SNS, which tells its subscribers, signed. */
export class SesTopics {
  private readonly byAccount = new Map<string, Subscription>();
  private readonly sentWith = new Map<string, SentWith>();

  constructor(
    app: Hono,
    private readonly parts: { surroundings: Surroundings; webhooks: WebhookSender },
  ) {
    app.get(certificatePath, (context) => {
      const [topic] = this.byAccount.values();
      return topic ? context.text(topic.certificate.cert) : context.notFound();
    });
    app.get(confirmPath, (context) => {
      const token = context.req.query("Token");
      const topic = [...this.byAccount.values()].find((one) => one.token === token);
      if (!topic) return context.notFound();
      topic.isConfirmed = true;
      return context.text("<ConfirmSubscriptionResponse/>");
    });
  }

  add(account: string, topic: SesTopic): void {
    const token = this.parts.surroundings.randomId(40);
    this.byAccount.set(account, { ...topic, token, isConfirmed: false });
    this.send(topic, {
      Type: "SubscriptionConfirmation",
      Message: `You have chosen to subscribe to the topic ${topic.arn}.`,
      SubscribeURL: `${topic.origin}${confirmPath}?Token=${token}`,
      Token: token,
    });
  }

  remember(email: SandboxEmail, sentWith: SentWith): void {
    this.sentWith.set(email.id, sentWith);
    if (this.sentWith.size > sentMax) this.sentWith.delete(this.sentWith.keys().next().value!);
  }

  /** Nothing is told of what was sent without a configuration set. */
  happen(email: SandboxEmail, eventType: string, more: Readonly<Record<string, unknown>> = {}): void {
    const topic = this.byAccount.get(email.account);
    const sentWith = this.sentWith.get(email.id);
    if (!topic?.isConfirmed || sentWith?.configurationSet === undefined) return;
    const { messageId, to: destination, from: source, receivedAt: timestamp } = email;
    const tags = { ...sentWith.tags, "ses:configuration-set": [sentWith.configurationSet] };
    const mail = { messageId, timestamp, source, destination, tags };
    this.send(topic, { Type: "Notification", Message: JSON.stringify({ eventType, mail, ...more }) });
  }

  private send({ arn, url, origin, certificate }: SesTopic, given: Record<string, string>): void {
    const { surroundings, webhooks } = this.parts;
    const message: Record<string, string> = {
      ...given,
      MessageId: surroundings.randomId(36),
      TopicArn: arn,
      Timestamp: surroundings.now().toISOString(),
    };
    const signed = Object.keys(message)
      .sort()
      .map((key) => `${key}\n${message[key]}\n`)
      .join("");
    const body = JSON.stringify({
      ...message,
      SignatureVersion: "2",
      Signature: sign("sha256", Buffer.from(signed), certificate.key).toString("base64"),
      SigningCertURL: `${origin}${certificatePath}`,
    });
    const headers = { "content-type": "text/plain; charset=UTF-8", "x-amz-sns-message-type": given.Type! };
    webhooks.send(() => ({ url, headers, body }));
  }
}
