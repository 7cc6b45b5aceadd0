import type { Resource } from "../resource.ts";
import type { BatchOptions, SamplerOptions } from "../telemetry-options.ts";
import type { Span } from "../traces/span.ts";

/** Brings spans to one place, in its own form. */
export interface SpanExporter {
  /** Rejects where they did not arrive. */
  send(spans: readonly Span[]): Promise<void>;
  shutdown(): Promise<void>;
}

export interface SpanDestination {
  /** As Apollo Router's metrics name it. */
  name: string;
  url: string;
  batchProcessor: BatchOptions;
  /** A ratio of its own below the common one. */
  sampler?: SamplerOptions | undefined;
  /** Datadog's agent may be there, which also wants to see what it is advised to drop. */
  takesDropped: boolean;
  /** Loaded only where it is used: exporters are heavy. */
  load(resource: Resource): Promise<SpanExporter>;
}

/** Posts what one batch is written as. */
export function httpExporter(
  { url, timeoutMs }: { url: string; timeoutMs: number },
  write: (spans: readonly Span[]) => {
    headers: Record<string, string>;
    body: string | Uint8Array<ArrayBuffer>;
  },
): SpanExporter {
  return {
    async send(spans) {
      const signal = AbortSignal.timeout(timeoutMs);
      const response = await fetch(url, { method: "POST", ...write(spans), signal, redirect: "manual" });
      await response.arrayBuffer();
      if (!response.ok) throw new Error(`the collector answered ${response.status}`);
    },
    async shutdown() {},
  };
}

/** What the endpoint leaves out comes from the usual one: scheme, port, path. */
export function completeEndpoint(endpoint: string | undefined, usual: string): string {
  if (endpoint === undefined || endpoint === "" || endpoint === "default") return usual;
  const base = new URL(usual);
  const text = endpoint.includes("://") ? endpoint : `${base.protocol}//${endpoint}`;
  const url = new URL(text);
  const authority = text.slice(text.indexOf("://") + 3).split("/")[0] ?? "";
  if (!/:\d+$/.test(authority)) url.port = base.port;
  if (url.pathname === "/") url.pathname = base.pathname;
  return url.href;
}

/** Nanoseconds since 1970, from a time of `performance.now()`. */
export function toEpochNs(timeMs: number): bigint {
  return BigInt(Math.round((performance.timeOrigin + timeMs) * 1_000)) * 1_000n;
}
