import type { Hono } from "hono";
import type { Logger } from "../telemetry/logger.ts";
import type { Metrics } from "../telemetry/metrics.ts";

export interface OperatorRoutes {
  metrics: Metrics;
  log: Logger;
  /** Throws while the subgraph should be sent nothing. */
  check(): Promise<void>;
}

/** For whoever runs it: alive, ready, and how it does. */
export function addOperatorRoutes(app: Hono, { metrics, log, check }: OperatorRoutes): void {
  app.get("/health", (context) => context.json({ status: "UP" }));
  app.get("/ready", async (context) => {
    try {
      await check();
      return context.json({ status: "UP" });
    } catch (error) {
      log.warn({ err: error }, "not ready");
      return context.json({ status: "DOWN" }, 503);
    }
  });
  app.get("/metrics", async (context) => {
    const { registry } = metrics;
    return context.text(await registry.metrics(), 200, { "content-type": registry.contentType });
  });
}
