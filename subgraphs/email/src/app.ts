import { readFileSync } from "node:fs";
import { type CredentialSource, vaultCredentials } from "@mycelium/connectors";
import type { HostedSubgraph, HostParts } from "@mycelium/host";
import type { JobDefinition } from "@mycelium/jobs";
import { createOutbound } from "@mycelium/outbound";
import { createSubgraph, type Subgraph } from "@mycelium/subgraph-kit";
import { sendLeaseMsDefault } from "../../shared/claim-send.ts";
import { answerWebhook, webhookCaller } from "../../shared/webhook.ts";
import { type CampaignJob, campaignJob, runCampaign } from "./campaign/run.ts";
import type { Services } from "./context.ts";
import * as tables from "./db/tables.ts";
import { takeSendGridEvents } from "./events/sendgrid-webhook.ts";
import { takeSesEvents } from "./events/ses-webhook.ts";
import { createSnsReader } from "./events/sns-message.ts";
import { Mailer } from "./providers/mailer.ts";
import { resolvers } from "./resolvers.ts";

export const name = "email";
export const typeDefs = readFileSync(new URL("../schema.graphql", import.meta.url), "utf8");

export interface EmailParts extends HostParts {
  /** The vault's where left out. */
  credentials?: CredentialSource;
}

type EmailSubgraph = Subgraph<typeof tables, Services> & HostedSubgraph;

export function createApp(parts: EmailParts): EmailSubgraph {
  const { environment, log, vault } = parts;
  const credentials = parts.credentials ?? vaultCredentials({ vault, reader: name });
  const database = parts.openDatabase({ schema: name, tables });
  const mailer = new Mailer({
    sendgridUrl: environment.SENDGRID_URL || undefined,
    sesUrl: environment.SES_URL || undefined,
    outbound: (provider) =>
      createOutbound({
        ...{ provider, timeoutMs: 15_000 },
        onCall: (tenantId, success) => subgraph.metrics.countConnectorCall(provider, tenantId, success),
        onStateChange: (tenantId, state) =>
          log.warn({ tenantId, state }, `the circuit to ${provider} changed`),
      }),
  });
  const subgraph: Subgraph<typeof tables, Services> = createSubgraph({
    ...parts,
    ...{ name, typeDefs, resolvers, database },
    services: {
      ...{ credentials, mailer, snsMessages: createSnsReader(originOf(environment.SES_URL)) },
      sendLeaseMs: Number(environment.SEND_LEASE_MS || sendLeaseMsDefault),
    },
  });
  subgraph.app.post("/webhooks/sendgrid/:tenantId", ({ req }) =>
    answerWebhook(req.raw, (body) =>
      subgraph.actAs(webhookCaller(req.param("tenantId")), (context) =>
        takeSendGridEvents(context, {
          body,
          signature: req.header("x-twilio-email-event-webhook-signature") ?? null,
          timestamp: req.header("x-twilio-email-event-webhook-timestamp") ?? null,
        }),
      ),
    ),
  );
  subgraph.app.post("/webhooks/ses/:tenantId", ({ req }) =>
    answerWebhook(req.raw, (body) =>
      subgraph.actAs(webhookCaller(req.param("tenantId")), (context) => takeSesEvents(context, body)),
    ),
  );
  return { ...subgraph, jobs: [sendCampaigns(subgraph)] };
}

function originOf(url: string | undefined): string | undefined {
  return url ? new URL(url).origin : undefined;
}

/** What a campaign sends it sends as whoever has started it. */
function sendCampaigns(subgraph: Subgraph<typeof tables, Services>): JobDefinition<CampaignJob> {
  return {
    ...campaignJob,
    async run(payload, { session }) {
      if (!session) return;
      const { tenantId, userId, requestId = crypto.randomUUID() } = session;
      const caller = { tenantId, userId, requestId, roles: ["STAFF"], scopes: [] };
      await subgraph.actAs(caller, (context) => runCampaign(context, payload));
    },
  };
}
