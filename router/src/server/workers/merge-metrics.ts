interface Metric {
  /** `# HELP` and `# TYPE`. */
  header: string;
  type: string;
  series: Map<string, number>;
}

type Metrics = Map<string, Metric>;

/**
 * The Prometheus text of several processes as one: series of one name and labels add up. What a process that
 * is gone had counted stays counted, or counters would seem to start anew.
 */
export class MergedMetrics {
  private readonly latest = new Map<number, Metrics>();
  private readonly departed: Metrics = new Map();

  update(worker: number, text: string): void {
    this.latest.set(worker, parseMetrics(text));
  }

  leave(worker: number): void {
    const metrics = this.latest.get(worker);
    this.latest.delete(worker);
    if (metrics) addMetrics(this.departed, metrics, isCumulative);
  }

  render(): string {
    const total: Metrics = new Map();
    addMetrics(total, this.departed, isCumulative);
    for (const metrics of this.latest.values()) addMetrics(total, metrics, () => true);
    const names = [...total.keys()].sort();
    return names.map((name) => writeMetric(total.get(name)!)).join("");
  }
}

function isCumulative({ type }: Metric): boolean {
  return type === "counter" || type === "histogram";
}

/** Facts about the process, whose value is always one. */
const factsName = "target_info";

function addMetrics(total: Metrics, added: Metrics, isWanted: (metric: Metric) => boolean): void {
  for (const [name, metric] of added) {
    if (!isWanted(metric)) continue;
    const known = total.get(name) ?? { ...metric, series: new Map<string, number>() };
    total.set(name, known);
    for (const [labels, value] of metric.series) {
      const before = name === factsName ? 0 : (known.series.get(labels) ?? 0);
      known.series.set(labels, before + value);
    }
  }
}

function parseMetrics(text: string): Metrics {
  const metrics: Metrics = new Map();
  let header = "";
  let current: Metric | undefined;
  for (const line of text.split("\n")) {
    if (line.startsWith("# ")) {
      header += `${line}\n`;
      const [, name, type] = /^# TYPE (\S+) (\S+)/.exec(line) ?? [];
      if (name === undefined || type === undefined) continue;
      current = { header, type, series: new Map() };
      metrics.set(name, current);
      header = "";
    } else if (current && line !== "") {
      const end = line.lastIndexOf(" ");
      current.series.set(line.slice(0, end), Number(line.slice(end + 1)));
    }
  }
  return metrics;
}

function writeMetric({ header, series }: Metric): string {
  let text = header;
  for (const [labels, value] of series) text += `${labels} ${value}\n`;
  return text;
}
