// A process that a test kills: the subgraphs of an evening, on a database and a sandbox that outlive it. Told an order, it
// completes its dinner and says the result; told none, it does what others have left.
import { join } from "node:path";
import { openHost } from "@mycelium/host";
import { createLogger } from "@mycelium/subgraph-kit";
import { createSubgraphs, subgraphNames } from "../../start/subgraphs.ts";
import { completeDinner } from "../../subgraphs/dining/src/dinner/complete.ts";
import { findNotifications } from "../../subgraphs/dining/src/dinner/find.ts";

const [tenantId = "", orderId] = process.argv.slice(2);
const root = join(import.meta.dirname, "../..");
const { env: environment } = process;
const log = createLogger({ name: "dinner", level: "fatal" });
const host = await openHost({ environment, root, schemas: subgraphNames, log });
const subgraphs = createSubgraphs(host, environment);
await host.start(Object.values(subgraphs));
const edge = Bun.serve({
  port: Number(environment.EDGE_PORT),
  fetch: (request) => subgraphs.sms.app.fetch(request),
});
console.log("up");

if (orderId !== undefined) {
  const caller = { tenantId, userId: "waiter", roles: ["STAFF"], scopes: [], requestId: "request-1" };
  const said = await subgraphs.dining.actAs(caller, async (context) => {
    const dinner = await completeDinner(context, { orderId, tip: 25, receiptMethod: "BOTH" });
    return { state: dinner.state, notifications: await findNotifications(context, dinner.id) };
  });
  console.log(JSON.stringify(said));
}
process.on("SIGTERM", async () => {
  await edge.stop(true);
  await host.close();
  process.exit(0);
});
