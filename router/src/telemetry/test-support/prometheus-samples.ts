/** Reads the Prometheus text format, for tests. Throws on a line that it does not know. */
export function readSamples(text: string): Sample[] {
  const samples: Sample[] = [];
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("# HELP ") || line.startsWith("# TYPE ")) continue;
    const match = /^([a-zA-Z_:][\w:]*)\{(.*)\} (\S+)$/.exec(line);
    if (!match) throw new Error(`not a sample: ${line}`);
    const [, name = "", labelText = "", value] = match;
    const labels: Record<string, string> = {};
    for (const [, label = "", text = ""] of labelText.matchAll(
      /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"(?:,|$)/g,
    )) {
      labels[label] = text.replace(/\\(.)/g, (_, escaped: string) => (escaped === "n" ? "\n" : escaped));
    }
    samples.push({ name, labels, value: Number(value) });
  }
  return samples;
}

export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}
