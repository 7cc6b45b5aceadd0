import { readFileSync } from "node:fs";
import { type CredentialSource, vaultCredentials } from "@mycelium/connectors";
import type { HostParts } from "@mycelium/host";
import { createOutbound } from "@mycelium/outbound";
import { createSubgraph, type Subgraph } from "@mycelium/subgraph-kit";
import type { HonoRequest } from "hono";
import { sendLeaseMsDefault } from "../../shared/claim-send.ts";
import { answerWebhook, webhookCaller } from "../../shared/webhook.ts";
import type { Context, Services } from "./context.ts";
import * as tables from "./db/tables.ts";
import { takeMessage } from "./inbox/take-message.ts";
import { SnsGateway } from "./providers/sns-gateway.ts";
import { TwilioGateway } from "./providers/twilio-gateway.ts";
import { resolvers } from "./resolvers.ts";
import { takeTwilioCallback } from "./status/twilio-callback.ts";
import type { TwilioWebhook } from "./twilio-webhook.ts";

export const name = "sms";
export const typeDefs = readFileSync(new URL("../schema.graphql", import.meta.url), "utf8");

export interface SmsParts extends HostParts {
  /** The vault's where left out. */
  credentials?: CredentialSource;
  bulkPauseMs?: number;
}

export function createApp(parts: SmsParts): Subgraph<typeof tables, Services> {
  const { environment, log, vault } = parts;
  const credentials = parts.credentials ?? vaultCredentials({ vault, reader: name });
  const database = parts.openDatabase({ schema: name, tables });
  const outboundTo = (provider: string) =>
    createOutbound({
      ...{ provider, timeoutMs: 10_000 },
      onCall: (tenantId, success) => subgraph.metrics.countConnectorCall(provider, tenantId, success),
      onStateChange: (tenantId, state) => log.warn({ tenantId, state }, `the circuit to ${provider} changed`),
    });
  const webhookBaseUrl = environment.WEBHOOK_BASE_URL || undefined;
  const subgraph: Subgraph<typeof tables, Services> = createSubgraph({
    ...parts,
    ...{ name, typeDefs, resolvers, database },
    services: {
      ...{ credentials, webhookBaseUrl, bulkPauseMs: parts.bulkPauseMs ?? 1_000 },
      sendLeaseMs: Number(environment.SEND_LEASE_MS || sendLeaseMsDefault),
      twilio: new TwilioGateway({ url: environment.TWILIO_URL || undefined, outbound: outboundTo("twilio") }),
      sns: new SnsGateway({ url: environment.SNS_URL || undefined, outbound: outboundTo("sns") }),
    },
  });
  const takeWebhook =
    (take: (context: Context, webhook: TwilioWebhook) => Promise<unknown>) =>
    ({ req }: { req: HonoRequest }) =>
      answerWebhook(req.raw, (body) =>
        subgraph.actAs(webhookCaller(req.param("tenantId") ?? ""), (context) => {
          const { pathname, search, origin } = new URL(req.url);
          const url = `${webhookBaseUrl ?? origin}${pathname}${search}`;
          return take(context, { body, url, signature: req.header("x-twilio-signature") ?? null });
        }),
      );
  subgraph.app.post("/twilio/status/:tenantId", takeWebhook(takeTwilioCallback));
  subgraph.app.post("/twilio/inbound/:tenantId", takeWebhook(takeMessage));
  return subgraph;
}
