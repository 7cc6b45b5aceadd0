import { PublishCommand, SNSClient, SNSServiceException } from "@aws-sdk/client-sns";
import type { Credentials } from "@mycelium/connectors";
import { failureOfStatus, type Outbound, ProviderError } from "@mycelium/outbound";
import type { Context } from "../context.ts";
import type { NewSms, TakenSms } from "./sms-gateway.ts";

export interface SnsGatewayOptions {
  /** Elsewhere than at Amazon, such as the sandbox. */
  url: string | undefined;
  outbound: Outbound;
}

const clientsMax = 1_000;

/** Amazon SNS, for when Twilio does not work. It tells nobody how a message fared. */
export class SnsGateway {
  private readonly clients = new Map<string, SNSClient>();

  constructor(private readonly options: SnsGatewayOptions) {}

  /** Undefined where the tenant has no second provider, or it cannot send this. */
  async send(context: Context, { to, body, mediaUrl }: NewSms): Promise<TakenSms | undefined> {
    const { caller, signal, services } = context;
    const credentials = await services.credentials.find(caller.tenantId, "sns");
    if (!credentials || mediaUrl !== null) return undefined;
    const client = this.clientFor(credentials);
    const answer = await this.options.outbound.call(
      { tenantId: caller.tenantId, isRepeatable: false, signal },
      (abortSignal) =>
        client.send(new PublishCommand({ PhoneNumber: to, Message: body }), { abortSignal }).catch(translate),
    );
    if (!answer.MessageId) throw new ProviderError("sns", "UNREADABLE", "sns answered no message id");
    const from = credentials.senderId ?? "sns";
    return { provider: "sns", providerId: answer.MessageId, from, status: "SENT" };
  }

  private clientFor({ region, accessKeyId, secretAccessKey }: Credentials<"sns">): SNSClient {
    const key = `${region} ${accessKeyId} ${secretAccessKey}`;
    const known = this.clients.get(key);
    if (known) return known;
    const client = new SNSClient({
      ...{ region, credentials: { accessKeyId, secretAccessKey }, maxAttempts: 1 },
      ...(this.options.url !== undefined && { endpoint: this.options.url }),
    });
    this.clients.set(key, client);
    if (this.clients.size > clientsMax) this.clients.delete(this.clients.keys().next().value!);
    return client;
  }
}

function translate(error: unknown): never {
  if (!(error instanceof SNSServiceException)) throw error;
  const status = error.$metadata.httpStatusCode ?? 500;
  throw new ProviderError("sns", failureOfStatus(status), error.message, {
    code: error.name,
    status,
    cause: error,
  });
}
