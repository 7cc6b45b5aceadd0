import {
  type Connector,
  type Credentials,
  connectorShapes,
  connectors,
  secretName,
} from "@mycelium/connectors";
import { ProviderError, requestJson } from "@mycelium/outbound";
import { authorize, parseInput } from "@mycelium/subgraph-kit";
import nodemailer from "nodemailer";
import { z } from "zod";
import type { Context } from "../context.ts";
import { platformErrors } from "../errors.ts";
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
  if (secret === undefined) throw platformErrors.CONNECTOR_NOT_CONFIGURED({ connector });
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
  sns: async () => cannotTell("sns"),
  email: async (credentials, { services }) => {
    if (credentials.provider === "ses") return cannotTell("ses");
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

/** Amazon's keys may be good for sending alone: only a message shows it. */
function cannotTell(provider: string): never {
  throw new ProviderError(
    provider,
    "REFUSED",
    `${provider} tells nothing without sending: send a message to yourself`,
  );
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
