import type { Resource } from "../resource.ts";
import type { Span } from "../traces/span.ts";
import type { SdkSpans } from "./otlp-exporters.ts";
import { toHrTime, toSdkResource } from "./sdk-values.ts";

const statusUnset = 0;
const statusError = 2;

/** Our spans as OpenTelemetry's exporters read them. */
export function toSdkSpans(spans: readonly Span[], resource: Resource): SdkSpans {
  const sdkResource = toSdkResource(resource);
  return spans.map((span) => {
    const { traceId, parentSpanId, kind, traceState } = span.start;
    const shared = {
      traceId,
      traceFlags: 1,
      ...(traceState && { traceState: { serialize: () => traceState } }),
    };
    return {
      name: span.name,
      kind,
      spanContext: () => ({ ...shared, spanId: span.spanId }),
      parentSpanContext: parentSpanId === undefined ? undefined : { ...shared, spanId: parentSpanId },
      startTime: toHrTime(span.startMs),
      endTime: toHrTime(span.endMs),
      duration: [0, 0],
      ended: true,
      status:
        span.errorMessage === undefined
          ? { code: statusUnset }
          : { code: statusError, message: span.errorMessage },
      attributes: span.attributes,
      links: [],
      events: [],
      resource: sdkResource,
      instrumentationScope: { name: "apollo-router" },
      droppedAttributesCount: span.droppedAttributes,
      droppedEventsCount: 0,
      droppedLinksCount: 0,
    };
    // Checked by the test that decodes what a collector receives: the SDK's own type asks for much that exporters never read.
  }) as unknown as SdkSpans;
}
