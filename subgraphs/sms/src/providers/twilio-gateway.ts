import { type Credentials, requireCredentials } from "@mycelium/connectors";
import { failureOfStatus, type Outbound, ProviderError } from "@mycelium/outbound";
import twilio, { type Twilio } from "twilio";
import type { Context } from "../context.ts";
import type { PhoneKind } from "../db/tables.ts";
import { readStatus } from "../status/read-status.ts";
import type { NewSms, TakenSms } from "./sms-gateway.ts";

export interface TwilioGatewayOptions {
  /** Elsewhere than at Twilio, such as the sandbox. */
  url: string | undefined;
  outbound: Outbound;
}

export interface LookedUp {
  isValid: boolean;
  number: string;
  nationalFormat: string;
  carrier: string | null;
  type: PhoneKind;
}

// Taken from the default export: Deno sees no other of this package, which is CommonJS.
const { RequestClient, RestException } = twilio;

const timeoutMs = 10_000;
const clientsMax = 1_000;
const searchedMax = 50;

/** Twilio's own client for each account. */
export class TwilioGateway {
  private readonly clients = new Map<string, Twilio>();

  constructor(private readonly options: TwilioGatewayOptions) {}

  async send(context: Context, sms: NewSms): Promise<TakenSms> {
    const { fromNumber } = await this.credentialsOf(context);
    const { to, body, mediaUrl, statusCallback } = sms;
    const taken = await this.call(context, { isRepeatable: false }, (client) =>
      client.messages.create({
        ...{ to, body, from: fromNumber },
        ...(mediaUrl && { mediaUrl: [mediaUrl] }),
        ...(statusCallback && { statusCallback }),
      }),
    );
    return { provider: "twilio", providerId: taken.sid, from: taken.from, status: readStatus(taken.status) };
  }

  /** A message that was sent and whose answer was lost: the one with this text to this number, not before then. */
  async find(context: Context, { to, body, since }: { to: string; body: string; since: Date }) {
    const { fromNumber } = await this.credentialsOf(context);
    const sent = await this.call(context, { isRepeatable: true }, (client) =>
      client.messages.list({ to, from: fromNumber, limit: searchedMax }),
    );
    // Twilio keeps whole seconds.
    const earliestMs = Math.floor(since.getTime() / 1_000) * 1_000;
    return sent
      .filter((message) => message.body === body && message.dateCreated.getTime() >= earliestMs)
      .map(
        ({ sid, from, status }): TakenSms => ({
          provider: "twilio",
          providerId: sid,
          from,
          status: readStatus(status),
        }),
      );
  }

  async lookUp(context: Context, number: string): Promise<LookedUp> {
    const found = await this.call(context, { isRepeatable: true }, (client) =>
      client.lookups.v2.phoneNumbers(number).fetch({ fields: "line_type_intelligence" }),
    );
    const line = found.lineTypeIntelligence as { carrierName?: string; type?: string } | null;
    return {
      isValid: found.valid,
      number: found.phoneNumber,
      nationalFormat: found.nationalFormat ?? found.phoneNumber,
      carrier: line?.carrierName ?? null,
      type: readPhoneKind(line?.type),
    };
  }

  private credentialsOf({ caller, services }: Context): Promise<Credentials<"twilio">> {
    return requireCredentials(services.credentials, caller.tenantId, "twilio");
  }

  private async call<T>(
    context: Context,
    { isRepeatable }: { isRepeatable: boolean },
    act: (client: Twilio) => Promise<T>,
  ): Promise<T> {
    const client = this.clientFor(await this.credentialsOf(context));
    const { caller, signal } = context;
    return this.options.outbound.call({ tenantId: caller.tenantId, isRepeatable, signal }, () =>
      act(client).catch(translate),
    );
  }

  private clientFor({ accountSid, authToken }: Credentials<"twilio">): Twilio {
    const key = `${accountSid} ${authToken}`;
    const known = this.clients.get(key);
    if (known) return known;
    const { url } = this.options;
    const client = twilio(accountSid, authToken, {
      timeout: timeoutMs,
      ...(url !== undefined && { httpClient: new ElsewhereClient(url, timeoutMs) }),
    });
    this.clients.set(key, client);
    if (this.clients.size > clientsMax) this.clients.delete(this.clients.keys().next().value!);
    return client;
  }
}

/** Twilio's client has no option for another host; a client for requests of one's own is its documented way. */
class ElsewhereClient extends RequestClient {
  constructor(
    private readonly origin: string,
    timeout: number,
  ) {
    super({ timeout });
  }

  override request<T>(options: Parameters<typeof RequestClient.prototype.request<T>>[0]) {
    const { pathname, search } = new URL(options.uri);
    return super.request<T>({ ...options, uri: `${this.origin}${pathname}${search}` });
  }
}

/** The circuit must know what is an outage and what a refusal. */
function translate(error: unknown): never {
  if (!(error instanceof RestException)) {
    throw new ProviderError("twilio", "UNAVAILABLE", "twilio cannot be reached", { cause: error });
  }
  const { status, code, message } = error;
  throw new ProviderError("twilio", failureOfStatus(status), message, {
    ...{ status, cause: error },
    ...(code !== undefined && { code: String(code) }),
  });
}

function readPhoneKind(type: string | undefined): PhoneKind {
  if (type === "landline" || type === "tollFree") return "LANDLINE";
  return type?.endsWith("Voip") ? "VOIP" : "MOBILE";
}
