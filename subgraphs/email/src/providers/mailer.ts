import { createHash } from "node:crypto";
import { type Credentials, requireCredentials } from "@mycelium/connectors";
import type { Outbound } from "@mycelium/outbound";
import type { Context } from "../context.ts";
import { sendBySendGrid } from "./send-by-sendgrid.ts";
import { sendBySes } from "./send-by-ses.ts";
import { sendBySmtp } from "./send-by-smtp.ts";

export interface Mail {
  to: readonly string[];
  subject: string;
  html: string;
  text: string;
  /** Ours: a provider that tells of the mail says it. */
  id: string;
  /** The same for the same mail, so that a reader who gets it twice sees it once. */
  messageIdHeader: string;
}

export interface MailerOptions {
  /** Elsewhere than at the providers, such as the sandbox. */
  sendgridUrl: string | undefined;
  sesUrl: string | undefined;
  outbound(provider: string): Outbound;
}

export interface TakenMail {
  provider: string;
  providerId: string;
}

/** Sends by whatever the tenant has. */
export class Mailer {
  private readonly outbounds = new Map<string, Outbound>();

  constructor(private readonly options: MailerOptions) {}

  async send({ caller, services, signal }: Context, mail: Omit<Mail, "messageIdHeader">): Promise<TakenMail> {
    const { tenantId } = caller;
    const credentials = await requireCredentials(services.credentials, tenantId, "email");
    const whole = { ...mail, messageIdHeader: messageIdHeader(mail.id, credentials.from) };
    const providerId = await this.outboundTo(credentials.provider).call(
      { tenantId, isRepeatable: false, signal },
      (abort) => this.sendBy(credentials, whole, abort),
    );
    return { provider: credentials.provider, providerId };
  }

  private sendBy(credentials: Credentials<"email">, mail: Mail, signal: AbortSignal): Promise<string> {
    switch (credentials.provider) {
      case "sendgrid":
        return sendBySendGrid(credentials, mail, this.options.sendgridUrl);
      case "ses":
        return sendBySes(credentials, mail, { url: this.options.sesUrl, signal });
      case "smtp":
        return sendBySmtp(credentials, mail);
    }
  }

  private outboundTo(provider: string): Outbound {
    const known = this.outbounds.get(provider) ?? this.options.outbound(provider);
    this.outbounds.set(provider, known);
    return known;
  }
}

function messageIdHeader(id: string, from: string): string {
  const name = createHash("sha256").update(id).digest("hex").slice(0, 32);
  return `<${name}@${from.split("@").at(-1)}>`;
}
