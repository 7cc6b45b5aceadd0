import type { Instrument, Series } from "../metrics/instrument.ts";
import { meterName } from "../metrics/prometheus-text.ts";
import type { Resource } from "../resource.ts";
import type { SdkMetrics } from "./otlp-exporters.ts";
import { toHrTime, toSdkResource } from "./sdk-values.ts";

// The numbers of OpenTelemetry's enumerations.
const temporalities = { delta: 0, cumulative: 1 } as const;
const dataPointTypes = { histogram: 0, gauge: 2, sum: 3 } as const;
const doubleValue = 1;

interface Sent {
  value: number;
  count: number;
  bucketCounts: readonly number[];
}

export interface MetricReader {
  read(instruments: readonly Instrument[]): SdkMetrics;
}

/** Our metrics as OpenTelemetry's exporters read them. With `delta`, what was added since the last reading. */
export function createMetricReader(resource: Resource, temporality: "cumulative" | "delta"): MetricReader {
  const startedMs = performance.now();
  const sent = new WeakMap<Series, Sent>();
  let lastReadMs = startedMs;

  function readSeries(series: Series, isDelta: boolean): Sent {
    const { value, count, bucketCounts } = series;
    const before = isDelta ? sent.get(series) : undefined;
    sent.set(series, { value, count, bucketCounts: [...bucketCounts] });
    if (!before) return { value, count, bucketCounts: [...bucketCounts] };
    return {
      value: value - before.value,
      count: count - before.count,
      bucketCounts: bucketCounts.map((now, index) => now - before.bucketCounts[index]!),
    };
  }

  return {
    read(instruments) {
      const nowMs = performance.now();
      const metrics = instruments.map((instrument) => {
        const { name, description, unit, kind, buckets } = instrument.settings;
        // What goes up and down is always sent as a whole: a lost difference would stay wrong.
        const isDelta = temporality === "delta" && (kind === "counter" || kind === "histogram");
        const isHistogram = kind === "histogram";
        const times = { startTime: toHrTime(isDelta ? lastReadMs : startedMs), endTime: toHrTime(nowMs) };
        const dataPoints = Array.from(instrument.all(), (series) => {
          const { value, count, bucketCounts } = readSeries(series, isDelta);
          const extremes = isDelta || count === 0 ? {} : { min: series.min, max: series.max };
          const histogram = {
            buckets: { boundaries: buckets, counts: bucketCounts },
            sum: value,
            count,
            ...extremes,
          };
          return {
            ...times,
            attributes: Object.fromEntries(series.attributes),
            value: isHistogram ? histogram : value,
          };
        });
        return {
          descriptor: {
            name,
            description,
            unit,
            valueType: doubleValue,
            type: kind.toUpperCase(),
            advice: {},
          },
          aggregationTemporality: isDelta ? temporalities.delta : temporalities.cumulative,
          dataPointType: isHistogram
            ? dataPointTypes.histogram
            : kind === "gauge"
              ? dataPointTypes.gauge
              : dataPointTypes.sum,
          isMonotonic: kind === "counter",
          dataPoints,
        };
      });
      lastReadMs = nowMs;
      const scopeMetrics = [
        { scope: { name: meterName }, metrics: metrics.filter(({ dataPoints }) => dataPoints.length > 0) },
      ];
      return { resource: toSdkResource(resource), scopeMetrics } as unknown as SdkMetrics;
    },
  };
}
