import { doubleAt, hexAt, type Message, messagesAt, numberAt, readMessage, textAt } from "./protobuf.ts";

export interface DecodedSpan {
  name: string;
  kind: number;
  traceId: string;
  spanId: string;
  parentSpanId: string;
  statusCode: number;
  durationMs: number;
  attributes: Record<string, unknown>;
  resource: Record<string, unknown>;
}

/** Field numbers are those of opentelemetry-proto's `trace.proto`. */
export function decodeSpans(body: Uint8Array): DecodedSpan[] {
  return messagesAt(readMessage(body), 1).flatMap((resourceSpans) => {
    const resource = readAttributes(messagesAt(resourceSpans, 1)[0] ?? new Map(), 1);
    return messagesAt(resourceSpans, 2).flatMap((scope) =>
      messagesAt(scope, 2).map((span) => ({
        name: textAt(span, 5),
        kind: numberAt(span, 6),
        traceId: hexAt(span, 1),
        spanId: hexAt(span, 2),
        parentSpanId: hexAt(span, 4),
        statusCode: numberAt(messagesAt(span, 15)[0] ?? new Map(), 3),
        durationMs: (numberAt(span, 8) - numberAt(span, 7)) / 1e6,
        attributes: readAttributes(span, 9),
        resource,
      })),
    );
  });
}

export interface DecodedMetric {
  name: string;
  unit: string;
  kind: "gauge" | "sum" | "histogram";
  temporality: "delta" | "cumulative" | undefined;
  points: { attributes: Record<string, unknown>; value: number | undefined; count: number }[];
}

const kinds = { gauge: 5, sum: 7, histogram: 9 } as const;
const pointAttributes = { gauge: 7, sum: 7, histogram: 9 } as const;

/** Field numbers are those of opentelemetry-proto's `metrics.proto`. */
export function decodeMetrics(body: Uint8Array): DecodedMetric[] {
  return messagesAt(readMessage(body), 1).flatMap((resourceMetrics) =>
    messagesAt(resourceMetrics, 2).flatMap((scope) => messagesAt(scope, 2).map(decodeMetric)),
  );
}

function decodeMetric(metric: Message): DecodedMetric {
  const kind = (["gauge", "sum", "histogram"] as const).find((name) => metric.has(kinds[name]))!;
  const data = messagesAt(metric, kinds[kind])[0]!;
  return {
    name: textAt(metric, 1),
    unit: textAt(metric, 3),
    kind,
    temporality: ([undefined, "delta", "cumulative"] as const)[numberAt(data, 2)],
    points: messagesAt(data, 1).map((point) => ({
      attributes: readAttributes(point, pointAttributes[kind]),
      value: kind === "histogram" ? doubleAt(point, 5) : (doubleAt(point, 4) ?? numberAt(point, 6)),
      count: kind === "histogram" ? numberAt(point, 4) : 0,
    })),
  };
}

function readAttributes(message: Message, field: number): Record<string, unknown> {
  return Object.fromEntries(
    messagesAt(message, field).map((pair) => {
      const value = messagesAt(pair, 2)[0]!;
      if (value.has(1)) return [textAt(pair, 1), textAt(value, 1)];
      if (value.has(2)) return [textAt(pair, 1), numberAt(value, 2) === 1];
      return [textAt(pair, 1), doubleAt(value, 4) ?? numberAt(value, 3)];
    }),
  );
}
