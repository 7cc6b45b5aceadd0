import type { AttributeValue } from "../telemetry-options.ts";
import type { SamplingPriority } from "./propagation.ts";
import { newSpanId } from "./trace-id.ts";

/** The numbers are those of OpenTelemetry's `SpanKind`. */
export const spanKind = { internal: 0, server: 1, client: 2 } as const;
export type SpanKind = (typeof spanKind)[keyof typeof spanKind];

export interface SpanStart {
  name: string;
  kind: SpanKind;
  traceId: string;
  parentSpanId: string | undefined;
  samplingPriority: SamplingPriority;
  attributesMax: number;
  traceState?: string | undefined;
}

/** One piece of work of a sampled request. Times are those of `performance.now()`. */
export class Span {
  readonly spanId = newSpanId();
  readonly startMs = performance.now();
  readonly attributes: Record<string, AttributeValue> = {};
  name: string;
  endMs = 0;
  attributeCount = 0;
  droppedAttributes = 0;
  errorMessage: string | undefined;

  constructor(readonly start: SpanStart) {
    this.name = start.name;
  }

  set(name: string, value: AttributeValue | undefined): void {
    if (value === undefined) return;
    if (!(name in this.attributes)) {
      if (this.attributeCount >= this.start.attributesMax) {
        this.droppedAttributes++;
        return;
      }
      this.attributeCount++;
    }
    this.attributes[name] = value;
  }
}
