import type { MetricsOptions, MetricViewOptions } from "../telemetry-options.ts";
import { Instrument, type InstrumentKind } from "./instrument.ts";

export interface InstrumentDescription {
  name: string;
  kind: InstrumentKind;
  description: string;
  unit?: string;
}

const seriesMaxDefault = 2_000;
const instrumentsMax = 1_000;
const overflowMetric = "apollo.router.telemetry.metrics.cardinality_overflow";

/** All metrics of the process by name. A view that drops a metric keeps it from being shown, not from being counted. */
export class MetricRegistry {
  private readonly instruments = new Map<string, Instrument>();
  private readonly observers = new Set<() => void>();
  private views: ReadonlyMap<string, MetricViewOptions> = new Map();

  constructor(private common: MetricsOptions["common"]) {
    this.reconfigure(common);
  }

  /** Figures start again from zero, except for what counts up and down: those would never be right again. */
  reconfigure(common: MetricsOptions["common"]): void {
    this.common = common;
    this.views = new Map(common.views.map((view) => [view.name, view]));
    for (const [name, { settings }] of this.instruments) {
      if (settings.kind !== "up_down_counter") this.instruments.delete(name);
    }
  }

  instrument(description: InstrumentDescription): Instrument {
    const known = this.instruments.get(description.name);
    if (known) return known;
    const instrument = new Instrument(this.applyView(description));
    if (this.instruments.size < instrumentsMax) this.instruments.set(description.name, instrument);
    return instrument;
  }

  /** Called before each look at the metrics, to bring gauges up to date. */
  observe(update: () => void): () => void {
    this.observers.add(update);
    return () => this.observers.delete(update);
  }

  collect(): Instrument[] {
    for (const update of this.observers) update();
    const shown: Instrument[] = [];
    for (const [name, instrument] of this.instruments) {
      if (this.views.get(name)?.aggregation !== "drop") shown.push(instrument);
    }
    return shown.sort((a, b) => (a.settings.name < b.settings.name ? -1 : 1));
  }

  private applyView({ name, kind, description, unit = "" }: InstrumentDescription) {
    const view = this.views.get(name);
    const aggregation = view?.aggregation;
    const buckets = typeof aggregation === "object" ? aggregation.histogram.buckets : this.common.buckets;
    return {
      name: view?.rename ?? name,
      kind,
      description: view?.description ?? description,
      unit: view?.unit ?? unit,
      buckets: kind === "histogram" ? [...buckets].sort((a, b) => a - b) : [],
      seriesMax: view?.cardinalityLimit ?? this.common.cardinalityLimit ?? seriesMaxDefault,
      allowedAttributes: view?.allowedAttributeKeys && new Set(view.allowedAttributeKeys),
      onOverflow: name === overflowMetric ? undefined : () => this.countOverflow(name),
    };
  }

  private countOverflow(name: string): void {
    this.instrument({
      name: overflowMetric,
      kind: "counter",
      description: "Counts metrics that have exceeded their cardinality limit",
      unit: "count",
    }).record(1, ["metric.name"], [name]);
  }
}
