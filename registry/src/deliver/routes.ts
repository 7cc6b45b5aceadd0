import type { MiddlewareHandler } from "hono";
import { z } from "zod";
import type { RegistryApp, RegistryEnvironment } from "../app.ts";
import { RegistryError, requireGraph, requireRight } from "../caller.ts";
import { routers } from "../db/tables.ts";
import { readDocument } from "../launch/documents.ts";
import { servedLaunch } from "../launch/launches.ts";
import { readBody } from "../read-body.ts";

const served = z.strictObject({
  graph: z.string(),
  variant: z.string().min(1).max(64),
  launch: z.coerce.number().int(),
  router: z.string().min(1).max(200),
});

/** Where routers get their supergraph, and say which one they serve. */
export function addDelivery(app: RegistryApp, requireKey: MiddlewareHandler<RegistryEnvironment>): void {
  app.get("/supergraph/:graph/:variant", requireKey, async (context) => {
    const { graph, variant } = context.req.param();
    const access = context.get("access");
    requireRight(access.caller, "deliver");
    const none = new RegistryError("NOT_FOUND", `${graph}@${variant} has no supergraph`);
    if (graph !== access.caller.graphId) throw none;
    const launch = await access.read((tx) => servedLaunch(tx, variant));
    if (!launch?.supergraphHash) throw none;
    const etag = `"${launch.supergraphHash}"`;
    const headers = { etag, "x-mycelium-launch": String(launch.id), "cache-control": "no-cache" };
    // Routers ask again and again: most are told so without the document being read.
    if (context.req.header("if-none-match") === etag) return context.body(null, 304, headers);
    const supergraph = await access.read((tx) => readDocument(tx, launch.supergraphHash));
    if (supergraph === undefined) throw none;
    return context.text(supergraph, 200, headers);
  });

  app.post("/launches/served", requireKey, async (context) => {
    const access = context.get("access");
    requireRight(access.caller, "deliver");
    const { graph, variant, launch, router } = await readBody(context.req, served);
    requireGraph(access.caller, graph);
    const seen = { variant, name: router, launch, seenAt: new Date() };
    await access.transact((tx) =>
      tx
        .insert(routers)
        .values(seen)
        .onConflictDoUpdate({ target: [routers.graphId, routers.variant, routers.name], set: seen }),
    );
    return context.json({ taken: true });
  });
}
