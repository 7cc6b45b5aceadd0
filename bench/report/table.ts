export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string;
}

/** Reads well in a terminal and is a Markdown table too. The first column is text, the others are figures. */
export function tableOf<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = [
    columns.map(({ title }) => title),
    ...rows.map((row) => columns.map(({ cell }) => cell(row))),
  ];
  const widths = columns.map((_, index) => Math.max(3, ...cells.map((line) => line[index]!.length)));
  const lineOf = (line: readonly string[]) =>
    `| ${line.map((text, index) => pad(text, { width: widths[index]!, left: index === 0 })).join(" | ")} |`;
  const rule = `|${widths.map((width, index) => (index === 0 ? `${"-".repeat(width + 2)}` : `${"-".repeat(width + 1)}:`)).join("|")}|`;
  const [head, ...body] = cells.map(lineOf);
  return [head, rule, ...body].join("\n");
}

/** Three significant digits, as many as the measurement carries. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return "–";
  if (value >= 1000) return Math.round(value).toLocaleString("en");
  if (value >= 100) return value.toFixed(0);
  if (value >= 10) return value.toFixed(1);
  return value.toFixed(2);
}

function pad(text: string, { width, left }: { readonly width: number; readonly left: boolean }): string {
  return left ? text.padEnd(width) : text.padStart(width);
}
