import { describe, expect, test } from "bun:test";
import type { PropagationOptions } from "../telemetry-options.ts";
import { observeOne, requestWith, startTelemetry } from "../test-support/start-telemetry.ts";
import { createPropagation } from "./propagation.ts";
import { formatTraceId } from "./trace-id.ts";

const off: PropagationOptions = {
  request: { headerName: undefined, format: "hexadecimal" },
  baggage: false,
  traceContext: false,
  jaeger: false,
  datadog: false,
  zipkin: false,
  awsXray: false,
};
const traceId = "0af7651916cd43dd8448eb211c80319c";
const spanId = "b7ad6b7169203331";
const context = {
  ...{ traceId, spanId, traceState: "a=1", baggage: "user=1" },
  ...{ sampled: true, samplingPriority: 1 as const },
};

/** Headers as each format writes them, as Apollo Router was seen to send them. */
const formats = [
  ["traceContext", { traceparent: `00-${traceId}-${spanId}-01`, tracestate: "a=1" }],
  ["jaeger", { "uber-trace-id": `${traceId}:${spanId}:0:1` }],
  ["zipkin", { "x-b3-traceid": traceId, "x-b3-spanid": spanId, "x-b3-sampled": "1" }],
  ["awsXray", { "x-amzn-trace-id": `Root=1-0af76519-16cd43dd8448eb211c80319c;Parent=${spanId};Sampled=1` }],
  [
    "datadog",
    {
      "x-datadog-trace-id": "9532127138774266268",
      "x-datadog-parent-id": "13235353014750950193",
      "x-datadog-sampling-priority": "1",
    },
  ],
  ["baggage", { baggage: "user=1" }],
] as const;

describe("each format", () => {
  for (const [format, headers] of formats) {
    test(`${format} is written`, () => {
      const written: Record<string, string> = {};
      createPropagation({ ...off, [format]: true })?.inject(context, written);
      expect(written).toEqual(headers);
    });
  }
  for (const [format, headers] of formats.filter(([name]) => name !== "baggage")) {
    test(`${format} is read`, () => {
      const read = createPropagation({ ...off, [format]: true })?.extract(new Headers(headers));
      const expectedTrace = format === "datadog" ? traceId.slice(16).padStart(32, "0") : traceId;
      expect(read).toMatchObject({ traceId: expectedTrace, spanId, sampled: true });
    });
  }
});

describe("Datadog's priorities", () => {
  const datadog = createPropagation({ ...off, datadog: true })!;
  const headersWith = (priority: string) =>
    new Headers({
      ...{ "x-datadog-trace-id": "7", "x-datadog-parent-id": "8" },
      "x-datadog-sampling-priority": priority,
    });

  for (const samplingPriority of [-1, 0, 1, 2] as const) {
    test(`${samplingPriority} is read and written`, () => {
      const sampled = samplingPriority > 0;
      expect(datadog.extract(headersWith(String(samplingPriority)))).toMatchObject({
        sampled,
        samplingPriority,
      });
      const written: Record<string, string> = {};
      datadog.inject({ ...context, sampled, samplingPriority }, written);
      expect(written["x-datadog-sampling-priority"]).toBe(String(samplingPriority));
    });
  }

  for (const garbage of ["", "3", "1.0", "keep"]) {
    test(`"${garbage}" leaves the decision open`, () => {
      expect(datadog.extract(headersWith(garbage))?.sampled).toBeUndefined();
    });
  }

  test("a person's decision goes on to subgraphs where it is the router's too", () => {
    const askedToKeep = Object.fromEntries(headersWith("2"));
    const sentBy = (parentBasedSampler: boolean) => {
      const common = { sampler: "always_off" as const, parentBasedSampler };
      const { telemetry } = startTelemetry({
        exporters: { tracing: { common, propagation: { datadog: true } } },
      });
      return observeOne(telemetry, { headers: askedToKeep })["x-datadog-sampling-priority"];
    };
    expect(sentBy(true)).toBe("2");
    expect(sentBy(false)).toBe("0");
  });
});

describe("what is not a trace", () => {
  const bad = [
    "",
    "garbage",
    `00-${"0".repeat(32)}-${spanId}-01`,
    `00-${traceId}-${"0".repeat(16)}-01`,
    `ff-${traceId}-${spanId}-01`,
    `00-${traceId}-${spanId}-01-more`,
    `00-${traceId.toUpperCase()}-${spanId}-01`,
  ];
  for (const traceparent of bad) {
    test(`"${traceparent}" starts a new one`, () => {
      const read = createPropagation({ ...off, traceContext: true })?.extract(new Headers({ traceparent }));
      expect(read).toBeUndefined();
    });
  }
});

describe("a request", () => {
  test("keeps its trace on the way to subgraphs, with a span for each fetch", () => {
    const { telemetry } = startTelemetry({
      exporters: { tracing: { propagation: { traceContext: true, baggage: true } } },
    });
    const sent = observeOne(telemetry, {
      headers: { traceparent: `00-${traceId}-${spanId}-01`, tracestate: "a=1", baggage: "user=1" },
    });
    expect(sent.traceparent).toMatch(new RegExp(`^00-${traceId}-(?!${spanId})[\\da-f]{16}-01$`));
    expect(sent).toMatchObject({ tracestate: "a=1", baggage: "user=1" });
  });

  test("takes its trace id from a header of the user's choice", () => {
    const request = { headerName: "X-My-Trace", format: "uuid" } as const;
    const { telemetry } = startTelemetry({ exporters: { tracing: { propagation: { request } } } });
    const sent = observeOne(telemetry, { headers: { "x-my-trace": traceId } });
    expect(sent).toEqual({ "x-my-trace": "0af76519-16cd-43dd-8448-eb211c80319c" });
  });

  test("sends nothing while propagation is off", () => {
    const { telemetry } = startTelemetry();
    expect(observeOne(telemetry, { headers: { traceparent: `00-${traceId}-${spanId}-01` } })).toEqual({});
  });

  test("shows its trace id where that is wanted", () => {
    const { telemetry } = startTelemetry({
      exporters: {
        tracing: {
          propagation: { traceContext: true },
          experimentalResponseTraceId: { enabled: true, format: "decimal" },
        },
      },
    });
    const observer = telemetry.observeRequest(requestWith({ traceparent: `00-${traceId}-${spanId}-01` }));
    const headers = new Headers();
    observer.writeResponseHeaders(headers);
    expect(headers.get("apollo-trace-id")).toBe(BigInt(`0x${traceId}`).toString());
    expect(observer.requestId).toBe(traceId);
  });
});

test("trace ids have five forms", () => {
  const short = "00000000000000000000000000000010";
  const forms = (["hexadecimal", "open_telemetry", "decimal", "datadog", "uuid"] as const).map((format) =>
    formatTraceId(short, format),
  );
  expect(forms).toEqual([short, short, "16", "16", "00000000-0000-0000-0000-000000000010"]);
});
