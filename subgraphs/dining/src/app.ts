import { readFileSync } from "node:fs";
import type { HostedSubgraph, HostParts } from "@mycelium/host";
import type { JobDefinition } from "@mycelium/jobs";
import { createSubgraph, type Subgraph } from "@mycelium/subgraph-kit";
import { webhookCaller } from "../../shared/webhook.ts";
import type { Services } from "./context.ts";
import * as tables from "./db/tables.ts";
import { followEvents } from "./dinner/follow-events.ts";
import { type DinnerJob, dinnerJob, runDinner } from "./dinner/run.ts";
import { showReceipt } from "./receipt/page.ts";
import { resolvers } from "./resolvers.ts";

export const name = "dining";
export const typeDefs = readFileSync(new URL("../schema.graphql", import.meta.url), "utf8");

/** Longer than any step waits for another subgraph. */
const leaseMsDefault = 30_000;

type DiningSubgraph = Subgraph<typeof tables, Services> & HostedSubgraph;

export function createApp(parts: HostParts): DiningSubgraph {
  const { environment, peers } = parts;
  const database = parts.openDatabase({ schema: name, tables });
  const base = environment.WEBHOOK_BASE_URL || "http://127.0.0.1:4009";
  const subgraph: Subgraph<typeof tables, Services> = createSubgraph({
    ...parts,
    ...{ name, typeDefs, resolvers, database },
    services: {
      peers,
      receiptUrl: environment.RECEIPT_URL || `${base}/receipts`,
      leaseMs: Number(environment.DINNER_LEASE_MS || leaseMsDefault),
    },
  });
  subgraph.app.get("/receipts/:paymentId/:tenantId/:token", ({ req }) => {
    const { paymentId, tenantId, token } = req.param();
    return subgraph.actAs(webhookCaller(tenantId), (context) => showReceipt(context, { paymentId, token }));
  });
  return { ...subgraph, jobs: [goOnWithDinners(subgraph)], subscriptions: [followEvents(database)] };
}

/** What a request has left, because it died or something was away. */
function goOnWithDinners(subgraph: Subgraph<typeof tables, Services>): JobDefinition<DinnerJob> {
  return {
    ...dinnerJob,
    async run({ dinnerId }, { session }) {
      if (!session) return;
      const { tenantId, userId, requestId = crypto.randomUUID() } = session;
      const caller = { tenantId, userId, requestId, roles: ["STAFF"], scopes: [] };
      const dinner = await subgraph.actAs(caller, (context) => runDinner(context, dinnerId));
      // The queue tries again, after longer and longer pauses.
      if (dinner === undefined) throw new Error("another goes on with the dinner");
      if (dinner.state === "RUNNING") throw new Error(`the dinner is held up at ${dinner.failedStep}`);
    },
  };
}
