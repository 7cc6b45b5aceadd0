import type { Span } from "@opentelemetry/api";
import type { Logger } from "./logger.ts";
import type { Metrics } from "./metrics.ts";
import { endRequestSpan, startRequestSpan, traceparentOf } from "./trace-context.ts";

/** What one request leaves in metrics, traces and logs. */
export class RequestTelemetry {
  tenant = "";
  requestId = "";
  private readonly startedAt = performance.now();
  private readonly span: Span;
  private readonly received: string | null;
  private name = "";
  private kind = "";

  constructor(
    private readonly parts: { subgraph: string; metrics: Metrics; log: Logger },
    headers: Headers,
  ) {
    this.received = headers.get("traceparent");
    this.span = startRequestSpan(parts.subgraph, this.received);
    parts.metrics.inFlight.enter();
  }

  get traceparent(): string | undefined {
    return traceparentOf(this.span, this.received);
  }

  operation(name: string | undefined, kind: string): void {
    this.name = name ?? "";
    this.kind = kind;
  }

  finish(status: number, success: boolean): void {
    const { metrics, log } = this.parts;
    const milliseconds = performance.now() - this.startedAt;
    const { name: operation, tenant, requestId } = this;
    metrics.inFlight.leave();
    metrics.observeRequest({ operation, tenant, success, seconds: milliseconds / 1_000 });
    endRequestSpan(this.span, { status, success, operation });
    if (!log.isLevelEnabled("debug")) return;
    const durationMs = Math.round(milliseconds * 10) / 10;
    log.debug({ requestId, tenant, operation, kind: this.kind, status, durationMs }, "Request completed");
  }
}
