import type { Credentials } from "@mycelium/connectors";
import { ProviderError, type ProviderFailure } from "@mycelium/outbound";
import nodemailer from "nodemailer";
import type { Mail } from "./mailer.ts";

type Smtp = Extract<Credentials<"email">, { provider: "smtp" }>;

const timeoutMs = 10_000;

/** A connection a mail: a tenant's server is asked rarely, and a new password holds at once. */
export async function sendBySmtp(credentials: Smtp, mail: Mail): Promise<string> {
  const { host, port, username, password, from, dkim } = credentials;
  const transport = nodemailer.createTransport({
    ...{ host, port, secure: port === 465, auth: { user: username, pass: password } },
    ...{ connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs },
    // A password never goes over a line that others read.
    requireTLS: port !== 465 && !isLoopback(host),
    ...(dkim && { dkim: { ...dkim, domainName: from.split("@").at(-1) ?? "" } }),
  });
  try {
    const { to, subject, html, text, messageIdHeader } = mail;
    const sent = await transport.sendMail({
      from,
      to: [...to],
      subject,
      html,
      text,
      messageId: messageIdHeader,
    });
    return sent.messageId;
  } catch (error) {
    throw translate(error as SmtpError);
  } finally {
    transport.close();
  }
}

interface SmtpError extends Error {
  code?: string;
  responseCode?: number;
  response?: string;
}

function translate(error: SmtpError): ProviderError {
  const { code, responseCode, response, message } = error;
  return new ProviderError("smtp", failureOf(error), response ?? message, {
    code: responseCode === undefined ? code : String(responseCode),
    cause: error,
  });
}

function failureOf({ code, responseCode = 0 }: SmtpError): ProviderFailure {
  if (code === "EAUTH") return "UNAUTHORIZED";
  if (code === "ETIMEDOUT") return "TIMED_OUT";
  return responseCode >= 500 ? "REFUSED" : "UNAVAILABLE";
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "127.0.0.1" || host === "::1";
}
