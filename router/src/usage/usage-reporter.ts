import type { GraphQLSchema } from "graphql";
import type { Logger } from "pino";
import type { RegistryConfig } from "../config/sections/mycelium/registry.ts";
import type { HeaderReader, ProcessMeters } from "../telemetry/observer.ts";
import type { ClientHeaders } from "../telemetry/telemetry-options.ts";
import type { Asked } from "./usage-counts.ts";
import { UsageCounts, type UsageRecord } from "./usage-counts.ts";

export interface UsageParts {
  /** Where clients say who they are. */
  clientHeaders: ClientHeaders;
  schema: GraphQLSchema;
  meters: ProcessMeters;
  logger: Logger;
}

export interface UsageReporter {
  asked(headers: HeaderReader, asked: Omit<Asked, "clientName" | "clientVersion">): void;
  /** Sends what is left. */
  close(): Promise<void>;
}

interface Batch {
  id: string;
  records: UsageRecord[];
  from: Date;
  to: Date;
}

const recordsPerReport = 1_000;
/** While the registry is away so many reports wait; the oldest go first. */
const batchesMax = 20;
const timeoutMs = 10_000;
const closeTimeoutMs = 2_000;

/** Undefined where nobody wants to know. */
export function createUsageReporter(
  config: RegistryConfig | undefined,
  { clientHeaders, schema, meters, logger }: UsageParts,
): UsageReporter | undefined {
  if (!config?.report.enabled) return undefined;
  const { url, key, graphRef, report } = config;
  const [graph = "", variant = ""] = graphRef.split("@");
  const counts = new UsageCounts(schema, report.entriesMax);
  let from = new Date();
  let waiting: Batch[] = [];
  let sending: Promise<void> | undefined;
  let isAway = false;

  function collect(): void {
    const to = new Date();
    const records = counts.take();
    for (let at = 0; at < records.length; at += recordsPerReport) {
      waiting.push({ id: crypto.randomUUID(), records: records.slice(at, at + recordsPerReport), from, to });
    }
    from = to;
    for (const { records: lost } of waiting.splice(0, waiting.length - batchesMax)) {
      meters.usageLost(lost.reduce((sum, { count }) => sum + count, 0));
    }
  }

  /** One after the other; what is not taken waits for the next time, under the id that it has. */
  async function send(msMax: number): Promise<void> {
    for (const batch of [...waiting]) {
      const { id: batchId, records } = batch;
      const body = { batchId, graph, variant, from: batch.from, to: batch.to, records };
      const problem = await post(body, msMax);
      if (problem) {
        if (!isAway) logger.warn(`what clients ask cannot be reported: ${problem}`);
        isAway = true;
        return;
      }
      isAway = false;
      waiting = waiting.filter((other) => other !== batch);
    }
  }

  async function post(body: unknown, msMax: number): Promise<string | undefined> {
    try {
      const response = await fetch(new URL("usage", url.endsWith("/") ? url : `${url}/`), {
        method: "POST",
        headers: { "content-type": "application/json", "x-api-key": key },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(msMax),
      });
      await response.arrayBuffer();
      return response.ok ? undefined : `the registry answered ${response.status}`;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  const timer = setInterval(() => {
    collect();
    sending ??= send(timeoutMs).finally(() => {
      sending = undefined;
    });
  }, report.intervalMs);
  timer.unref();

  return {
    asked(headers, asked) {
      const read = (name: string | undefined) => (name === undefined ? null : headers.get(name));
      const clientName = read(clientHeaders.clientNameHeader);
      const clientVersion = read(clientHeaders.clientVersionHeader);
      if (!counts.add({ ...asked, clientName, clientVersion })) meters.usageLost(1);
    },
    async close() {
      clearInterval(timer);
      await sending;
      collect();
      await send(closeTimeoutMs);
    },
  };
}
