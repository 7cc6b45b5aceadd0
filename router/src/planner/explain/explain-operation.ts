import { buildGroups, isLocal, solveRoot } from "../build/build-plan.ts";
import type { FetchGroup, FetchReason } from "../build/fetch-group.ts";
import { depths } from "../build/merge-groups.ts";
import type { SchemaView } from "../graph/schema-view.ts";
import { groupBy } from "../group-by.ts";
import { normalizeOperation } from "../normalize/normalize-operation.ts";
import { SelectionInterner } from "../normalize/selection.ts";
import type { PathSegment } from "../plan.ts";
import type { ParsedOperation } from "../planner.ts";
import type { WeighFetch } from "../search/search.ts";
import { Solver } from "../search/solver.ts";

export interface PlanExplanation {
  /** One paragraph for each fetch: where, why, after what, instead of what. */
  text: string;
  /** The fetches and what each waits for, as a Mermaid flowchart. */
  picture: string;
}

/** Why the plan of an operation is as it is. Mutations are explained as if their fields ran at once. */
export function explainOperation(
  view: SchemaView,
  parsed: ParsedOperation,
  weighing: { weigh?: WeighFetch },
): PlanExplanation {
  const interner = new SelectionInterner(1_000_000_000);
  const operation = normalizeOperation(view, parsed, interner);
  const fields = operation.selection.fields.filter((field) => !isLocal(field));
  if (fields.length === 0)
    return { text: "No fetch: the router answers this itself.\n", picture: "flowchart TD\n" };
  const solver = new Solver(view, interner, { explains: true, ...weighing });
  const context = { view, solver, interner, operation };
  const solution = solveRoot(context, fields);
  const groups = inOrder(buildGroups(context, solution));
  const numbers = new Map(groups.map((group, index) => [group, index + 1]));
  const summary = `${groups.length} fetches, ${Math.max(...depths(groups).values())} one after the other, cost ${solution.score}.`;
  const bound = solver.isBounded ? " The search met its bound: a cheaper plan may exist." : "";
  const paragraphs = groups.map((group) => describe(view, group, numbers));
  return {
    text: `${summary}${bound}\n\n${paragraphs.join("\n\n")}\n`,
    picture: draw(view, groups, numbers),
  };
}

function inOrder(groups: readonly FetchGroup[]): FetchGroup[] {
  const depthOf = depths(groups);
  return [...groups].sort((left, right) => depthOf.get(left)! - depthOf.get(right)! || left.id - right.id);
}

function describe(view: SchemaView, group: FetchGroup, numbers: ReadonlyMap<FetchGroup, number>): string {
  const lines = [`${numbers.get(group)}. ${nameOf(view, group)} at ${pathText(group.path)}`];
  for (const [how, reasons] of groupBy(group.reasons, howEntered)) {
    lines.push(`   for ${[...new Set(reasons.map(({ field }) => field))].join(", ")}${how}`);
  }
  const before = [...group.dependsOn]
    .map((other) => numbers.get(other))
    .filter((number) => number !== undefined);
  if (before.length > 0) lines.push(`   after ${before.sort((left, right) => left - right).join(", ")}`);
  lines.push(...lostLines(view, group.reasons));
  return lines.join("\n");
}

function howEntered({ key, requires }: FetchReason): string {
  if (key === undefined) return " (root)";
  return `, entered by key "${key}"${requires ? ", after what it requires" : ""}`;
}

function lostLines(view: SchemaView, reasons: readonly FetchReason[]): string[] {
  const lines = new Set<string>();
  for (const { field, lost } of reasons) {
    for (const { subgraph, score } of lost) {
      const cost = score === undefined ? "something below cannot be had from there" : `cost ${score} alone`;
      lines.add(`   instead of ${view.model.subgraphs[subgraph]!.name} for ${field}: ${cost}`);
    }
  }
  return [...lines];
}

function nameOf(view: SchemaView, group: FetchGroup): string {
  return view.model.subgraphs[group.subgraph]!.name;
}

function pathText(path: readonly PathSegment[]): string {
  const parts = path.map((segment) => {
    if (segment.kind === "field") return segment.name;
    return segment.kind === "list" ? "@" : `[${segment.names.join("|")}]`;
  });
  return parts.length === 0 ? "the root" : parts.join(".");
}

function draw(
  view: SchemaView,
  groups: readonly FetchGroup[],
  numbers: ReadonlyMap<FetchGroup, number>,
): string {
  const lines = ["flowchart TD"];
  for (const group of groups) {
    const number = numbers.get(group)!;
    lines.push(`  f${number}["${number}. ${nameOf(view, group)}<br/>${pathText(group.path)}"]`);
    for (const before of group.dependsOn) {
      if (numbers.has(before)) lines.push(`  f${numbers.get(before)} --> f${number}`);
    }
  }
  return `${lines.join("\n")}\n`;
}
