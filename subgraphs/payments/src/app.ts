import { readFileSync } from "node:fs";
import { type CredentialSource, vaultCredentials } from "@mycelium/connectors";
import type { HostedSubgraph, HostParts } from "@mycelium/host";
import { createOutbound } from "@mycelium/outbound";
import { createSubgraph, type Subgraph } from "@mycelium/subgraph-kit";
import { everyTenant } from "../../shared/every-tenant.ts";
import { answerWebhook, webhookCaller } from "../../shared/webhook.ts";
import type { Services } from "./context.ts";
import * as tables from "./db/tables.ts";
import { resolvers } from "./resolvers.ts";
import { StripeGateway } from "./stripe/stripe-gateway.ts";
import { reconcile } from "./sync/reconcile.ts";
import { takeStripeEvent } from "./sync/stripe-webhook.ts";

export const name = "payments";
export const typeDefs = readFileSync(new URL("../schema.graphql", import.meta.url), "utf8");

export interface PaymentsParts extends HostParts {
  /** The vault's where left out. */
  credentials?: CredentialSource;
}

export function createApp(parts: PaymentsParts): Subgraph<typeof tables, Services> & HostedSubgraph {
  const { environment, log, vault } = parts;
  const credentials = parts.credentials ?? vaultCredentials({ vault, reader: name });
  const database = parts.openDatabase({ schema: name, tables });
  const outbound = createOutbound({
    ...{ provider: "stripe", timeoutMs: 30_000 },
    onCall: (tenantId, success) => subgraph.metrics.countConnectorCall("stripe", tenantId, success),
    onStateChange: (tenantId, state) => log.warn({ tenantId, state }, "the circuit to stripe changed"),
  });
  const stripe = new StripeGateway({ url: environment.STRIPE_URL || undefined, outbound });
  const subgraph: Subgraph<typeof tables, Services> = createSubgraph({
    ...parts,
    ...{ name, typeDefs, resolvers, database },
    services: { credentials, stripe },
  });
  subgraph.app.post("/webhooks/stripe/:tenantId", ({ req }) =>
    answerWebhook(req.raw, (body) =>
      subgraph.actAs(webhookCaller(req.param("tenantId")), (context) =>
        takeStripeEvent(context, { body, signature: req.header("stripe-signature") ?? null }),
      ),
    ),
  );
  // What webhooks have missed is here the next morning.
  const nightly = { name: "payments.reconcile", cron: "0 4 * * *", connector: "stripe" } as const;
  return { ...subgraph, jobs: everyTenant(subgraph, vault, { ...nightly, run: reconcile }) };
}
