import type { AttributeValue } from "../telemetry-options.ts";

export type InstrumentKind = "counter" | "up_down_counter" | "gauge" | "histogram";

export interface InstrumentSettings {
  name: string;
  kind: InstrumentKind;
  description: string;
  unit: string;
  /** Upper bounds, ascending; histograms only. */
  buckets: readonly number[];
  seriesMax: number;
  /** Attributes kept; all of them when left out. */
  allowedAttributes?: ReadonlySet<string> | undefined;
  onOverflow?: (() => void) | undefined;
}

export interface Series {
  readonly attributes: readonly (readonly [name: string, value: AttributeValue])[];
  value: number;
  count: number;
  min: number;
  max: number;
  /** One more than `buckets`: the last is what exceeds them all. */
  readonly bucketCounts: number[];
}

export type MaybeValue = AttributeValue | undefined;

const overflowAttributes = [["otel.metric.overflow", true]] as const;

/** One metric with a bounded number of attribute sets; what is beyond goes into one overflow series. */
export class Instrument {
  readonly series = new Map<string, Series>();
  private overflow: Series | undefined;

  constructor(readonly settings: InstrumentSettings) {}

  /** Adds to a counter, or records into a histogram. Values that are `undefined` are left out. */
  record(amount: number, names: readonly string[], values: readonly MaybeValue[]): void {
    const series = this.find(names, values);
    series.value += amount;
    if (this.settings.kind !== "histogram") return;
    series.count++;
    if (amount < series.min) series.min = amount;
    if (amount > series.max) series.max = amount;
    const { buckets } = this.settings;
    let bucket = 0;
    while (bucket < buckets.length && amount > buckets[bucket]!) bucket++;
    series.bucketCounts[bucket]!++;
  }

  /** For gauges. */
  set(value: number, names: readonly string[], values: readonly MaybeValue[]): void {
    this.find(names, values).value = value;
  }

  clear(): void {
    this.series.clear();
    this.overflow = undefined;
  }

  *all(): Iterable<Series> {
    yield* this.series.values();
    if (this.overflow) yield this.overflow;
  }

  private find(names: readonly string[], values: readonly MaybeValue[]): Series {
    const { allowedAttributes } = this.settings;
    let key = "";
    for (let index = 0; index < names.length; index++) {
      const value = values[index];
      const isKept = value !== undefined && (!allowedAttributes || allowedAttributes.has(names[index]!));
      key += isKept ? `${value}\u0000` : "\u0001";
    }
    return this.series.get(key) ?? this.add(key, names, values);
  }

  private add(key: string, names: readonly string[], values: readonly MaybeValue[]): Series {
    const { seriesMax, allowedAttributes, onOverflow } = this.settings;
    if (this.series.size >= seriesMax) {
      if (!this.overflow) this.overflow = this.createSeries(overflowAttributes);
      onOverflow?.();
      return this.overflow;
    }
    const attributes: (readonly [string, AttributeValue])[] = [];
    for (let index = 0; index < names.length; index++) {
      const value = values[index];
      const name = names[index]!;
      if (value !== undefined && (!allowedAttributes || allowedAttributes.has(name)))
        attributes.push([name, value]);
    }
    attributes.sort(([a], [b]) => (a < b ? -1 : 1));
    const series = this.createSeries(attributes);
    this.series.set(key, series);
    return series;
  }

  private createSeries(attributes: Series["attributes"]): Series {
    const { kind, buckets } = this.settings;
    const bucketCounts = kind === "histogram" ? new Array<number>(buckets.length + 1).fill(0) : [];
    return { attributes, value: 0, count: 0, min: Infinity, max: -Infinity, bucketCounts };
  }
}
