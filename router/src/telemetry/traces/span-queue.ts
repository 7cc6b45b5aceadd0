import type { BatchOptions } from "../telemetry-options.ts";
import type { Span } from "./span.ts";

/** Rejects, or takes longer than `maxExportTimeoutMs`, when the spans did not arrive. */
export type ExportSpans = (spans: readonly Span[]) => Promise<void>;

export interface SpanQueue {
  add(span: Span): void;
  /** Sends what waits, once; resolves when it has arrived or is given up. */
  flush(): Promise<void>;
  close(): void;
}

export interface SpanQueueParts {
  options: BatchOptions;
  exportSpans: ExportSpans;
  onError(error: "channel full" | "export failed", spans: number): void;
}

/** Spans wait here in bounded number, and leave in batches. What does not fit is dropped and counted. */
export function createSpanQueue({ options, exportSpans, onError }: SpanQueueParts): SpanQueue {
  const { maxQueueSize, maxExportBatchSize, maxConcurrentExports, scheduledDelayMs, maxExportTimeoutMs } =
    options;
  let waiting: Span[] = [];
  let exporting = 0;
  const timer = setInterval(() => void sendAll(), scheduledDelayMs);
  timer.unref();

  async function sendBatch(): Promise<void> {
    const batch = waiting.slice(0, maxExportBatchSize);
    waiting = waiting.slice(maxExportBatchSize);
    exporting++;
    try {
      await within(exportSpans(batch), maxExportTimeoutMs);
    } catch {
      onError("export failed", batch.length);
    }
    exporting--;
  }

  async function sendAll(): Promise<void> {
    while (waiting.length > 0 && exporting < maxConcurrentExports) await sendBatch();
  }

  return {
    add(span) {
      if (waiting.length >= maxQueueSize) return onError("channel full", 1);
      waiting.push(span);
      if (waiting.length >= maxExportBatchSize && exporting < maxConcurrentExports) void sendBatch();
    },
    async flush() {
      while (waiting.length > 0) await sendBatch();
    },
    close: () => clearInterval(timer),
  };
}

async function within(work: Promise<void>, timeoutMs: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("the collector did not answer in time")), timeoutMs);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
