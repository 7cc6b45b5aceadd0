import type { MiddlewareHandler } from "hono";
import { z } from "zod";
import type { RegistryApp, RegistryEnvironment } from "../app.ts";
import { requireGraph, requireRight } from "../caller.ts";
import { readBody } from "../read-body.ts";
import { takeReport } from "./take-report.ts";

const recordsMax = 5_000;
const coordinates = z.array(z.string().min(1).max(300)).max(5_000).default([]);

const report = z.strictObject({
  batchId: z.guid(),
  graph: z.string(),
  variant: z.string().min(1).max(64),
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  records: z
    .array(
      z.strictObject({
        operation: z.string().min(1).max(50_000),
        operationName: z.string().max(500).nullish(),
        clientName: z.string().max(200).nullish(),
        clientVersion: z.string().max(200).nullish(),
        count: z.int().min(1),
        errors: z.int().min(0),
        latencyMsSum: z.number().min(0),
        fields: coordinates,
        arguments: coordinates,
        inputFields: coordinates,
        enumValues: coordinates,
      }),
    )
    .max(recordsMax),
});

export type UsageReport = z.infer<typeof report>;

/** Routers tell what was asked: which operations, by whom, how often; never with which values. */
export function addUsage(app: RegistryApp, requireKey: MiddlewareHandler<RegistryEnvironment>): void {
  app.post("/usage", requireKey, async (context) => {
    const access = context.get("access");
    requireRight(access.caller, "report");
    const body = await readBody(context.req, report);
    requireGraph(access.caller, body.graph);
    const isNew = await access.transact((tx) => takeReport(tx, body));
    return context.json({ taken: isNew });
  });
}
