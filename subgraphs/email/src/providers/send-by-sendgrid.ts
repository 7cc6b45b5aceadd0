import type { Credentials } from "@mycelium/connectors";
import { failureOfStatus, ProviderError } from "@mycelium/outbound";
import sharedClient from "@sendgrid/client";
import sharedService from "@sendgrid/mail";
import type { Mail } from "./mailer.ts";

type SendGrid = Extract<Credentials<"email">, { provider: "sendgrid" }>;

const timeoutMs = 10_000;

/** What the packages give are objects for all to share; a tenant needs one of its own. */
const Client = sharedClient.constructor as new () => typeof sharedClient;
const MailService = sharedService.constructor as new () => typeof sharedService;

export async function sendBySendGrid(
  { apiKey, from }: SendGrid,
  mail: Mail,
  url: string | undefined,
): Promise<string> {
  const client = new Client();
  client.setApiKey(apiKey);
  if (url !== undefined) client.setDefaultRequest("baseUrl", url);
  const service = new MailService();
  service.setClient(client);
  service.setTimeout(timeoutMs);
  const { to, subject, html, text, id } = mail;
  try {
    const [response] = await service.send({
      from,
      to: [...to],
      subject,
      html,
      text,
      customArgs: { message: id },
    });
    return String((response.headers as Record<string, unknown>)["x-message-id"] ?? id);
  } catch (error) {
    throw translate(error as SendGridError);
  }
}

interface SendGridError extends Error {
  code?: number | string;
  response?: { body?: { errors?: { message: string }[] } };
}

function translate(error: SendGridError): ProviderError {
  const { code, response, message } = error;
  if (typeof code !== "number") {
    return new ProviderError("sendgrid", "UNAVAILABLE", "sendgrid cannot be reached", { cause: error });
  }
  const reason = response?.body?.errors?.[0]?.message ?? message;
  return new ProviderError("sendgrid", failureOfStatus(code), reason, { status: code, cause: error });
}
