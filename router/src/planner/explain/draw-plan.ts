import { lostText, remarks, summaryOf } from "./explain-in-words.ts";
import type { ExplainedFetch, PlanExplanation } from "./explain-operation.ts";

/** A picture with more would not be looked at. */
const drawnMax = 200;

const boxWidth = 290;
const gap = 28;
const rowGap = 64;
const marginLeft = 76;
const marginTop = 72;
const lineHeight = 16;
const headHeight = 30;
const lineCharactersMax = 36;
const pieceOfLine = new RegExp(`.{1,${lineCharactersMax}}`, "g");

interface Line {
  text: string;
  tone: "place" | "plain" | "quiet" | "lost";
}

interface Box {
  fetch: ExplainedFetch;
  lines: readonly Line[];
  x: number;
  y: number;
  height: number;
}

/** The fetches of a plan as an SVG picture: one row for each step, an arrow for each wait, a colour for each subgraph. */
export function drawPlan(explanation: PlanExplanation): string {
  const boxes = placeBoxes(explanation.fetches.slice(0, drawnMax));
  const left = explanation.fetches.length - boxes.length;
  const width = Math.max(560, ...boxes.map(({ x }) => x + boxWidth + gap));
  const height = Math.max(120, ...boxes.map(({ y, height: own }) => y + own + gap));
  const title =
    explanation.fetches.length === 0 ? "No fetch: the router answers this itself." : summaryOf(explanation);
  const more = [
    explanation.isBounded ? "The search met its bound: a cheaper plan may exist." : "",
    left > 0 ? `${left} more fetches are not drawn.` : "",
  ].join(" ");
  const hues = huesOf(boxes);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="ui-sans-serif, system-ui, sans-serif">`,
    `<style>${style}</style>`,
    `<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" class="tip"/></marker></defs>`,
    `<rect width="${width}" height="${height}" class="paper"/>`,
    text({ x: gap, y: 34 }, title, "title"),
    text({ x: gap, y: 54 }, more.trim(), "quiet"),
    ...stepLabels(boxes, width),
    ...boxes.flatMap((box) => arrowsTo(box, boxes)),
    ...boxes.map((box) => drawBox(box, hues.get(box.fetch.subgraph)!)),
    "</svg>\n",
  ].join("\n");
}

const style = [
  ".paper{fill:#fff}",
  "text{font-size:12px;fill:#1f2430}",
  ".title{font-size:16px;font-weight:600}",
  ".head{font-size:14px;font-weight:600;fill:#fff}",
  ".place{font-size:12px;font-weight:600}",
  ".quiet{fill:#667085}",
  ".lost{fill:#667085;font-style:italic}",
  ".step{font-size:11px;fill:#98a2b3;letter-spacing:.06em}",
  ".row{stroke:#eaecf0;stroke-dasharray:3 5}",
  ".arrow{fill:none;stroke:#98a2b3;stroke-width:1.5}",
  ".tip{fill:#98a2b3}",
].join("");

/** Within a row, fetches stand below those that they wait for. */
function placeBoxes(fetches: readonly ExplainedFetch[]): Box[] {
  const boxes = new Map<number, Box>();
  const steps = new Map<number, ExplainedFetch[]>();
  for (const fetch of fetches) steps.set(fetch.step, [...(steps.get(fetch.step) ?? []), fetch]);
  let y = marginTop;
  for (const row of steps.values()) {
    const centres = new Map(row.map((fetch) => [fetch, centreAbove(fetch, boxes)]));
    const ordered = row.sort((one, other) => centres.get(one)! - centres.get(other)!);
    let x = marginLeft;
    for (const fetch of ordered) {
      const lines = linesOf(fetch);
      const height = headHeight + lines.length * lineHeight + 12;
      x = Math.max(x, Math.round(centres.get(fetch)! - boxWidth / 2));
      boxes.set(fetch.number, { fetch, lines, x, y, height });
      x += boxWidth + gap;
    }
    y += Math.max(...row.map(({ number }) => boxes.get(number)!.height)) + rowGap;
  }
  return [...boxes.values()];
}

function centreAbove({ after }: ExplainedFetch, boxes: ReadonlyMap<number, Box>): number {
  const above = after.flatMap((number) => boxes.get(number) ?? []);
  if (above.length === 0) return 0;
  return above.reduce((sum, { x }) => sum + x + boxWidth / 2, 0) / above.length;
}

function linesOf(fetch: ExplainedFetch): Line[] {
  const { path, reasons, lost } = fetch;
  const plain = (line: string): Line => ({ text: line, tone: "plain" });
  return [
    ...wrapped(`at ${path}`).map((line): Line => ({ text: line, tone: "place" })),
    ...reasons.flatMap(({ fields, key, requires }) => [
      ...wrapped(fields.join(", ")).map(plain),
      ...(key === undefined ? [] : wrapped(`by key ${key}${requires ? ", after what it requires" : ""}`)).map(
        (line): Line => ({ text: line, tone: "quiet" }),
      ),
    ]),
    ...remarks(fetch).flatMap((line) => wrapped(line).map((each): Line => ({ text: each, tone: "quiet" }))),
    ...lost.flatMap((each) =>
      wrapped(`not ${lostText(each)}`).map((line): Line => ({ text: line, tone: "lost" })),
    ),
  ];
}

/** Lines as long as the box is wide, broken after words and steps of a path where that is possible. */
function wrapped(words: string): string[] {
  const pieces = words.split(/(?<=[ .|])/).flatMap((piece) => piece.match(pieceOfLine) ?? []);
  const lines: string[] = [];
  let line = "";
  for (const piece of pieces) {
    if (line.length + piece.trimEnd().length > lineCharactersMax) {
      lines.push(line.trimEnd());
      line = "";
    }
    line += piece;
  }
  return [...lines, line];
}

/** As far apart on the circle as they can be, in the order in which subgraphs are asked first. */
function huesOf(boxes: readonly Box[]): ReadonlyMap<string, number> {
  const names = [...new Set(boxes.map(({ fetch }) => fetch.subgraph))];
  return new Map(names.map((name, index) => [name, Math.round(222 + (index * 360) / names.length) % 360]));
}

function stepLabels(boxes: readonly Box[], width: number): string[] {
  const tops = new Map(boxes.map(({ fetch, y }) => [fetch.step, y]));
  return [...tops].map(
    ([step, y]) =>
      `<path d="M${gap} ${y - rowGap / 2 + 8}H${width - gap}" class="row"/>${text({ x: gap, y: y + 20 }, `step ${step}`, "step")}`,
  );
}

/** What a fetch waits for by way of another needs no arrow of its own. */
function arrowsTo(box: Box, boxes: readonly Box[]): string[] {
  const before = boxes.filter(({ fetch }) => box.fetch.after.includes(fetch.number));
  const between = new Set(before.flatMap(({ fetch }) => fetch.after));
  return before
    .filter(({ fetch }) => !between.has(fetch.number))
    .map((from) => {
      const [x1, y1] = [from.x + boxWidth / 2, from.y + from.height];
      const [x2, y2] = [box.x + boxWidth / 2, box.y - 2];
      const bend = Math.max(24, (y2 - y1) / 2);
      return `<path d="M${x1} ${y1}C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}" class="arrow" marker-end="url(#tip)"/>`;
    });
}

function drawBox({ fetch, lines, x, y, height }: Box, hue: number): string {
  const colour = `hsl(${hue} 52% 42%)`;
  const dashes = fetch.deferredTo === undefined ? "" : ' stroke-dasharray="6 4"';
  return [
    "<g>",
    `<rect x="${x}" y="${y}" width="${boxWidth}" height="${height}" rx="8" fill="hsl(${hue} 60% 98%)" stroke="${colour}"${dashes}/>`,
    `<path d="M${x} ${y + headHeight}V${y + 8}q0-8 8-8H${x + boxWidth - 8}q8 0 8 8V${y + headHeight}z" fill="${colour}"/>`,
    text({ x: x + 12, y: y + 20 }, `${fetch.number}. ${fetch.subgraph}`, "head"),
    ...lines.map((line, index) =>
      text({ x: x + 12, y: y + headHeight + 18 + index * lineHeight }, line.text, line.tone),
    ),
    "</g>",
  ].join("");
}

function text({ x, y }: { x: number; y: number }, words: string, name: string): string {
  const written = words.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return words === "" ? "" : `<text x="${x}" y="${y}" class="${name}">${written}</text>`;
}
