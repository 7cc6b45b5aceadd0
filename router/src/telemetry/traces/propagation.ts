import type { HeaderReader } from "../observer.ts";
import type { PropagationOptions } from "../telemetry-options.ts";
import { formatTraceId } from "./trace-id.ts";

/** Datadog's: dropped by a person, dropped, kept, kept by a person. */
export type SamplingPriority = -1 | 0 | 1 | 2;

/** What came in with the request. */
export interface ParentContext {
  traceId: string;
  /** `undefined` where the header carries a trace alone. */
  spanId?: string | undefined;
  /** `undefined` where the caller left the decision to us. */
  sampled?: boolean | undefined;
  samplingPriority?: SamplingPriority | undefined;
  traceState?: string | undefined;
}

export interface OutgoingContext {
  traceId: string;
  spanId: string;
  sampled: boolean;
  samplingPriority: SamplingPriority;
  traceState: string | undefined;
  baggage: string | undefined;
}

export interface Propagation {
  extract(headers: HeaderReader): ParentContext | undefined;
  inject(context: OutgoingContext, headers: Record<string, string>): void;
}

type Extract = (headers: HeaderReader) => ParentContext | undefined;
type Inject = Propagation["inject"];

const headerBytesMax = 8_192;

/** `undefined` when no propagation is asked for. The first format that a request carries counts. */
export function createPropagation(options: PropagationOptions): Propagation | undefined {
  const extracts: Extract[] = [];
  const injects: Inject[] = [];
  const { headerName, format } = options.request;
  if (headerName !== undefined) {
    extracts.push((headers) => readBareTraceId(headers.get(headerName)));
    injects.push(({ traceId }, headers) => {
      headers[headerName.toLowerCase()] = formatTraceId(traceId, format);
    });
  }
  if (options.traceContext) add(extractTraceContext, injectTraceContext);
  if (options.zipkin) add(extractB3, injectB3);
  if (options.jaeger) add(extractJaeger, injectJaeger);
  if (options.datadog) add(extractDatadog, injectDatadog);
  if (options.awsXray) add(extractXray, injectXray);
  if (options.baggage) injects.push(injectBaggage);
  if (injects.length === 0) return undefined;
  return {
    extract(headers) {
      for (const extract of extracts) {
        const context = extract(headers);
        if (context) return context;
      }
      return undefined;
    },
    inject(context, headers) {
      for (const inject of injects) inject(context, headers);
    },
  };

  function add(extract: Extract, inject: Inject): void {
    extracts.push(extract);
    injects.push(inject);
  }
}

export function readBaggage(headers: HeaderReader): string | undefined {
  return bounded(headers.get("baggage"));
}

function injectBaggage({ baggage }: OutgoingContext, headers: Record<string, string>): void {
  if (baggage !== undefined) headers.baggage = baggage;
}

function readBareTraceId(text: string | null): ParentContext | undefined {
  const digits = text?.replaceAll("-", "").toLowerCase() ?? "";
  if (!/^[\da-f]{1,32}$/.test(digits)) return undefined;
  const traceId = digits.padStart(32, "0");
  return isZero(traceId) ? undefined : { traceId };
}

/** https://www.w3.org/TR/trace-context/#traceparent-header */
function extractTraceContext(headers: HeaderReader): ParentContext | undefined {
  const match = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/.exec(
    headers.get("traceparent") ?? "",
  );
  if (!match) return undefined;
  const [, version, traceId = "", spanId = "", flags = "", rest] = match;
  if (version === "ff" || (version === "00" && rest !== undefined) || isZero(traceId) || isZero(spanId))
    return undefined;
  const sampled = (Number.parseInt(flags, 16) & 1) === 1;
  return { traceId, spanId, sampled, traceState: bounded(headers.get("tracestate")) };
}

function injectTraceContext(context: OutgoingContext, headers: Record<string, string>): void {
  headers.traceparent = `00-${context.traceId}-${context.spanId}-${context.sampled ? "01" : "00"}`;
  if (context.traceState) headers.tracestate = context.traceState;
}

function extractB3(headers: HeaderReader): ParentContext | undefined {
  const [single = "", singleSpan, singleSampled] = headers.get("b3")?.split("-") ?? [];
  const context = withSpan(headers.get("x-b3-traceid") ?? single, headers.get("x-b3-spanid") ?? singleSpan);
  const sampled = headers.get("x-b3-sampled") ?? singleSampled;
  if (context && sampled !== undefined) context.sampled = /^(?:1|d|true)$/.test(sampled);
  return context;
}

function injectB3({ traceId, spanId, sampled }: OutgoingContext, headers: Record<string, string>): void {
  headers["x-b3-traceid"] = traceId;
  headers["x-b3-spanid"] = spanId;
  headers["x-b3-sampled"] = sampled ? "1" : "0";
}

function extractJaeger(headers: HeaderReader): ParentContext | undefined {
  const [traceId = "", spanId, , flags = ""] = (headers.get("uber-trace-id") ?? "")
    .replaceAll("%3A", ":")
    .split(":");
  const context = withSpan(traceId, spanId);
  if (context) context.sampled = (Number.parseInt(flags, 16) & 1) === 1;
  return context;
}

function injectJaeger({ traceId, spanId, sampled }: OutgoingContext, headers: Record<string, string>): void {
  headers["uber-trace-id"] = `${traceId}:${spanId}:0:${sampled ? 1 : 0}`;
}

function extractDatadog(headers: HeaderReader): ParentContext | undefined {
  const traceId = decimalToHex(headers.get("x-datadog-trace-id"));
  const context = withSpan(traceId ?? "", decimalToHex(headers.get("x-datadog-parent-id")));
  const priority = headers.get("x-datadog-sampling-priority") ?? "";
  if (context && /^(-1|[012])$/.test(priority)) {
    context.samplingPriority = Number(priority) as SamplingPriority;
    context.sampled = context.samplingPriority > 0;
  }
  return context;
}

function injectDatadog(context: OutgoingContext, headers: Record<string, string>): void {
  const { traceId, spanId, samplingPriority } = context;
  headers["x-datadog-trace-id"] = formatTraceId(traceId, "datadog");
  headers["x-datadog-parent-id"] = BigInt(`0x${spanId}`).toString();
  headers["x-datadog-sampling-priority"] = String(samplingPriority);
}

function extractXray(headers: HeaderReader): ParentContext | undefined {
  const text = headers.get("x-amzn-trace-id") ?? "";
  const root = /Root=1-([\da-f]{8})-([\da-f]{24})/.exec(text);
  if (!root) return undefined;
  const context = withSpan(`${root[1]}${root[2]}`, /Parent=([\da-f]{16})/.exec(text)?.[1]);
  const sampled = /Sampled=([01])/.exec(text)?.[1];
  if (context && sampled !== undefined) context.sampled = sampled === "1";
  return context;
}

function injectXray({ traceId, spanId, sampled }: OutgoingContext, headers: Record<string, string>): void {
  const root = `Root=1-${traceId.slice(0, 8)}-${traceId.slice(8)}`;
  headers["x-amzn-trace-id"] = `${root};Parent=${spanId};Sampled=${sampled ? 1 : 0}`;
}

function withSpan(traceId: string, spanId: string | undefined): ParentContext | undefined {
  const context = readBareTraceId(traceId);
  const padded = spanId?.toLowerCase().padStart(16, "0");
  if (context && padded !== undefined && /^[\da-f]{16}$/.test(padded) && !isZero(padded))
    context.spanId = padded;
  return context;
}

function decimalToHex(text: string | null): string | undefined {
  return text !== null && /^\d{1,20}$/.test(text) ? BigInt.asUintN(64, BigInt(text)).toString(16) : undefined;
}

function bounded(text: string | null): string | undefined {
  return text !== null && text !== "" && text.length <= headerBytesMax ? text : undefined;
}

function isZero(hex: string): boolean {
  return /^0+$/.test(hex);
}
