import type { Resource } from "../resource.ts";
import type { AttributeValue } from "../telemetry-options.ts";
import type { Instrument, InstrumentKind, InstrumentSettings, Series } from "./instrument.ts";

export const meterName = "apollo/router";

const prometheusTypes: Readonly<Record<InstrumentKind, string>> = {
  counter: "counter",
  up_down_counter: "gauge",
  gauge: "gauge",
  histogram: "histogram",
};

/** Units that become a part of the name. Others, also those in braces, do not. */
const unitNames: Readonly<Record<string, string>> = {
  s: "seconds",
  ms: "milliseconds",
  us: "microseconds",
  ns: "nanoseconds",
  min: "minutes",
  h: "hours",
  d: "days",
  By: "bytes",
  KiBy: "kibibytes",
  MiBy: "mebibytes",
  GiBy: "gibibytes",
  KBy: "kilobytes",
  MBy: "megabytes",
  GBy: "gigabytes",
  m: "meters",
  V: "volts",
  A: "amperes",
  J: "joules",
  W: "watts",
  g: "grams",
  Cel: "celsius",
  Hz: "hertz",
  "%": "percent",
};

export interface PrometheusSettings {
  resource: Resource;
  /** Also repeats the resource on every metric. */
  repeatsResource: boolean;
}

/** The text format, version 0.0.4, named and labelled as OpenTelemetry's Prometheus exporters do. */
export function writePrometheusText(
  instruments: readonly Instrument[],
  { resource, repeatsResource }: PrometheusSettings,
): string {
  const everywhere = writeLabels([
    ...(repeatsResource ? Object.entries(resource) : []),
    ["otel_scope_name", meterName],
  ]);
  const named = instruments.map((instrument) => ({ name: prometheusName(instrument.settings), instrument }));
  named.sort((a, b) => (a.name < b.name ? -1 : 1));
  let text = "";
  for (const { name, instrument } of named) text += writeInstrument(name, instrument, everywhere);
  return `${text}# HELP target_info Target metadata\n# TYPE target_info gauge\ntarget_info{${writeLabels(Object.entries(resource))}} 1\n`;
}

function writeInstrument(name: string, instrument: Instrument, everywhere: string): string {
  const { kind, description, buckets } = instrument.settings;
  let lines = "";
  for (const series of instrument.all()) {
    const labels = [writeLabels(series.attributes), everywhere].filter((part) => part !== "").join(",");
    lines +=
      kind === "histogram"
        ? writeHistogram(name, { series, labels, buckets })
        : `${name}{${labels}} ${series.value}\n`;
  }
  if (lines === "") return "";
  const help =
    description === ""
      ? ""
      : `# HELP ${name} ${description.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")}\n`;
  return `${help}# TYPE ${name} ${prometheusTypes[kind]}\n${lines}`;
}

interface HistogramParts {
  series: Series;
  labels: string;
  buckets: readonly number[];
}

function writeHistogram(name: string, { series, labels, buckets }: HistogramParts): string {
  let text = "";
  let below = 0;
  for (let index = 0; index < buckets.length; index++) {
    below += series.bucketCounts[index]!;
    text += `${name}_bucket{${labels},le="${buckets[index]}"} ${below}\n`;
  }
  text += `${name}_bucket{${labels},le="+Inf"} ${series.count}\n`;
  return `${text}${name}_sum{${labels}} ${series.value}\n${name}_count{${labels}} ${series.count}\n`;
}

function prometheusName({ name, unit, kind }: InstrumentSettings): string {
  let written = sanitize(name);
  const unitName = unitNames[unit] ?? (unit === "1" && kind === "gauge" ? "ratio" : undefined);
  if (kind === "counter" && written.endsWith("_total")) written = written.slice(0, -"_total".length);
  if (unitName !== undefined && !written.endsWith(`_${unitName}`)) written += `_${unitName}`;
  return kind === "counter" ? `${written}_total` : written;
}

function sanitize(name: string): string {
  const clean = name.replace(/[^\w:]/g, "_");
  return /^\d/.test(clean) ? `_${clean}` : clean;
}

function writeLabels(attributes: readonly (readonly [string, AttributeValue])[]): string {
  return attributes
    .map(([name, value]) => `${sanitize(name).replaceAll(":", "_")}="${escapeLabel(String(value))}"`)
    .join(",");
}

function escapeLabel(text: string): string {
  return /["\\\n]/.test(text)
    ? text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")
    : text;
}
