import { GetAccountCommand, SESv2Client, SESv2ServiceException } from "@aws-sdk/client-sesv2";
import { GetSMSAttributesCommand, SNSClient, SNSServiceException } from "@aws-sdk/client-sns";
import {
  type Connector,
  type Credentials,
  connectorErrors,
  connectorShapes,
  connectors,
  secretName,
} from "@mycelium/connectors";
import { ProviderError, requestJson } from "@mycelium/outbound";
import { authorize, parseInput } from "@mycelium/subgraph-kit";
import nodemailer from "nodemailer";
import { z } from "zod";
import type { Context } from "../context.ts";
import { vaultSession } from "./connectors.ts";

export interface ConnectorTest {
  works: boolean;
  reason: string | null;
}

const testInput = z.object({
  connector: z
    .string()
    .toLowerCase()
    .pipe(z.enum(connectors as [Connector, ...Connector[]])),
});
const timeoutMs = 10_000;

/** Asks each provider for the least that it only tells whom it knows. Nothing is sent and nothing is bought. */
export async function testConnector(context: Context, input: unknown): Promise<ConnectorTest> {
  authorize(context, "ADMIN");
  const { connector } = parseInput(testInput, input);
  const secret = await context.services.vault.read(vaultSession(context), secretName(connector));
  if (secret === undefined) throw connectorErrors.CONNECTOR_NOT_CONFIGURED({ connector });
  try {
    await probes[connector](connectorShapes[connector].parse(secret) as never, context);
    return { works: true, reason: null };
  } catch (error) {
    const isTheirs = error instanceof ProviderError;
    if (!isTheirs) context.log.warn({ err: error, connector }, "a connector's test failed");
    return { works: false, reason: isTheirs ? error.message : "the provider cannot be reached" };
  }
}

type Probes = { [C in Connector]: (credentials: Credentials<C>, context: Context) => Promise<unknown> };

const probes: Probes = {
  toast: ({ clientId, clientSecret }, { services }) =>
    ask("toast", `${services.providers.toast}/authentication/v1/authentication/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ clientId, clientSecret, userAccessType: "TOAST_MACHINE_CLIENT" }),
    }),
  stripe: ({ secretKey }, { services }) =>
    ask("stripe", `${services.providers.stripe}/v1/customers?limit=1`, {
      headers: { authorization: `Bearer ${secretKey}` },
    }),
  twilio: ({ accountSid, authToken }, { services }) =>
    ask("twilio", `${services.providers.twilio}/2010-04-01/Accounts/${accountSid}/Messages.json?PageSize=1`, {
      headers: { authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString("base64")}` },
    }),
  sns: ({ region, accessKeyId, secretAccessKey }, { services }) => {
    const endpoint = services.providers.sns;
    const credentials = { accessKeyId, secretAccessKey };
    const client = new SNSClient({ region, credentials, maxAttempts: 1, ...(endpoint && { endpoint }) });
    const command = new GetSMSAttributesCommand({ attributes: ["DefaultSMSType"] });
    return askAmazon("sns", client, (abortSignal) => client.send(command, { abortSignal }));
  },
  email: async (credentials, { services }) => {
    if (credentials.provider === "ses") return askSes(credentials, services.providers.ses);
    if (credentials.provider === "smtp") return verifySmtp(credentials);
    const headers = { authorization: `Bearer ${credentials.apiKey}` };
    return ask("sendgrid", `${services.providers.sendgrid}/v3/scopes`, { headers });
  },
};

function ask(
  provider: string,
  url: string,
  more: { method?: string; headers?: Record<string, string>; body?: string },
) {
  return requestJson({ provider, url, ...more, signal: AbortSignal.timeout(timeoutMs) });
}

function askSes(
  { region, accessKeyId, secretAccessKey }: Extract<Credentials<"email">, { provider: "ses" }>,
  endpoint: string | undefined,
) {
  const credentials = { accessKeyId, secretAccessKey };
  const client = new SESv2Client({ region, credentials, maxAttempts: 1, ...(endpoint && { endpoint }) });
  return askAmazon("ses", client, (abortSignal) => client.send(new GetAccountCommand({}), { abortSignal }));
}

/** Keys that may not ask for this are known at least: such as those that may send alone. */
const onlyForbidden = ["AccessDenied", "AccessDeniedException", "AuthorizationError"];

async function askAmazon(
  provider: string,
  client: { destroy(): void },
  act: (signal: AbortSignal) => Promise<unknown>,
): Promise<void> {
  try {
    await act(AbortSignal.timeout(timeoutMs));
  } catch (error) {
    if (!(error instanceof SNSServiceException || error instanceof SESv2ServiceException)) throw error;
    if (onlyForbidden.includes(error.name)) return;
    throw new ProviderError(provider, "REFUSED", error.message, { code: error.name, cause: error });
  } finally {
    client.destroy();
  }
}

async function verifySmtp({
  host,
  port,
  username,
  password,
}: Extract<Credentials<"email">, { provider: "smtp" }>) {
  const auth = { user: username, pass: password };
  const transport = nodemailer.createTransport({
    host,
    port,
    secure: port === 465,
    auth,
    connectionTimeout: timeoutMs,
  });
  try {
    await transport.verify();
  } catch (error) {
    const { response, message } = error as Error & { response?: string };
    throw new ProviderError("smtp", "UNAUTHORIZED", response ?? message);
  } finally {
    transport.close();
  }
}
