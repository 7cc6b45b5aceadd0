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
import { syncOrders } from "./sync/sync-orders.ts";
import { takeToastEvent } from "./sync/toast-webhook.ts";
import { ToastClient } from "./toast/toast-client.ts";

export const name = "orders";
export const typeDefs = readFileSync(new URL("../schema.graphql", import.meta.url), "utf8");

export interface OrdersParts extends HostParts {
  /** The vault's where left out. */
  credentials?: CredentialSource;
}

const productionUrl = "https://ws-api.toasttab.com";

export function createApp(parts: OrdersParts): Subgraph<typeof tables, Services> & HostedSubgraph {
  const { environment, log, vault } = parts;
  const credentials = parts.credentials ?? vaultCredentials({ vault, reader: name });
  const database = parts.openDatabase({ schema: name, tables });
  const outbound = createOutbound({
    provider: "toast",
    onCall: (tenantId, success) => subgraph.metrics.countConnectorCall("toast", tenantId, success),
    onStateChange: (tenantId, state) => log.warn({ tenantId, state }, "the circuit to toast changed"),
  });
  const toast = new ToastClient({ baseUrl: environment.TOAST_URL || productionUrl, outbound });
  const subgraph: Subgraph<typeof tables, Services> = createSubgraph({
    ...parts,
    ...{ name, typeDefs, resolvers, database },
    services: { credentials, toast },
  });
  subgraph.app.post("/webhooks/toast/:tenantId", ({ req }) =>
    answerWebhook(req.raw, (body) =>
      subgraph.actAs(webhookCaller(req.param("tenantId")), (context) =>
        takeToastEvent(context, { body, signature: req.header("toast-signature") ?? null }),
      ),
    ),
  );
  // What webhooks have missed is here a minute later.
  const poll = { name: "orders.poll_toast", cron: "* * * * *", connector: "toast" } as const;
  return {
    ...subgraph,
    jobs: everyTenant(subgraph, vault, { ...poll, run: (context) => syncOrders(context) }),
  };
}
