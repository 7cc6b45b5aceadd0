import { SESv2Client, SESv2ServiceException, SendEmailCommand } from "@aws-sdk/client-sesv2";
import type { Credentials } from "@mycelium/connectors";
import { failureOfStatus, ProviderError } from "@mycelium/outbound";
import type { Mail } from "./mailer.ts";

type Ses = Extract<Credentials<"email">, { provider: "ses" }>;

export async function sendBySes(
  { region, accessKeyId, secretAccessKey, from, configurationSet }: Ses,
  mail: Mail,
  { url, signal }: { url: string | undefined; signal: AbortSignal },
): Promise<string> {
  const client = new SESv2Client({
    ...{ region, credentials: { accessKeyId, secretAccessKey }, maxAttempts: 1 },
    ...(url !== undefined && { endpoint: url }),
  });
  const { to, subject, html, text, id } = mail;
  const command = new SendEmailCommand({
    FromEmailAddress: from,
    ConfigurationSetName: configurationSet,
    Destination: { ToAddresses: [...to] },
    Content: { Simple: { Subject: { Data: subject }, Body: { Html: { Data: html }, Text: { Data: text } } } },
    EmailTags: [{ Name: "message", Value: id }],
  });
  try {
    const { MessageId } = await client.send(command, { abortSignal: signal });
    return MessageId ?? id;
  } catch (error) {
    if (!(error instanceof SESv2ServiceException)) throw error;
    const status = error.$metadata.httpStatusCode ?? 500;
    throw new ProviderError("ses", failureOfStatus(status), error.message, {
      code: error.name,
      status,
      cause: error,
    });
  } finally {
    client.destroy();
  }
}
