import { batchGroups, buildGroups, isLocal, mutationRuns, solveRoot } from "../build/build-plan.ts";
import type { FetchGroup, FetchReason } from "../build/fetch-group.ts";
import { depths } from "../build/merge-groups.ts";
import { assumeAllTrue } from "../build/settle-mutation.ts";
import type { Part } from "../defer/part.ts";
import type { SchemaView } from "../graph/schema-view.ts";
import { groupBy } from "../group-by.ts";
import { Deferrals, findDeferrals } from "../normalize/deferrals.ts";
import { normalizeOperation } from "../normalize/normalize-operation.ts";
import { SelectionInterner } from "../normalize/selection.ts";
import type { PathSegment } from "../plan.ts";
import type { PlannableOperation } from "../planner.ts";
import type { WeighFetch } from "../search/search.ts";
import { Solver } from "../search/solver.ts";

/** Why the plan of an operation is as it is. */
export interface PlanExplanation {
  /** Of the first answer's fetches. */
  cost: number;
  /** Requests to subgraphs: fetches that are sent together are one. */
  requests: number;
  /** Fetches of the first answer one after the other. */
  depth: number;
  /** The search met its bound: a cheaper plan may exist. */
  isBounded: boolean;
  /** In the order of their steps. */
  fetches: readonly ExplainedFetch[];
}

export interface ExplainedFetch {
  /** Counted from 1. */
  number: number;
  subgraph: string;
  path: string;
  /** 1 for those that wait for none. */
  step: number;
  /** The numbers of fetches that it waits for. */
  after: readonly number[];
  reasons: readonly FetchPurpose[];
  lost: readonly LostAlternative[];
  /** What it counts in the plan's cost: 1, or less where the entity cache mostly answers. */
  weight: number;
  /** Others that go to the subgraph in the same request. */
  sentWith: readonly number[];
  /** Set where it is for a part of the answer that comes later. */
  deferredTo: string | undefined;
}

/** Fields that it was opened for, and the key by which it enters; none at the root. */
export interface FetchPurpose {
  fields: readonly string[];
  key: string | undefined;
  requires: boolean;
}

export interface LostAlternative {
  subgraph: string;
  field: string;
  /** What the field alone would have cost there; undefined where something below cannot be had from there. */
  cost: number | undefined;
}

/** What hangs on variables is explained as if they were true. */
export function explainOperation(
  view: SchemaView,
  parsed: PlannableOperation,
  weighing: { weigh?: WeighFetch },
): PlanExplanation {
  const interner = new SelectionInterner(1_000_000_000);
  const operation = normalizeOperation(view, parsed, interner, deferralsOf(parsed));
  const { kind } = operation;
  const fields = operation.selection.fields.filter((field) => !isLocal(field));
  if (fields.length === 0) return { cost: 0, requests: 0, depth: 0, isBounded: false, fetches: [] };
  const solver = new Solver(view, interner, { explains: true, ...weighing });
  const context = { view, solver, interner, operation };
  const solutions =
    kind === "mutation" ? mutationRuns(context, assumeAllTrue(fields)) : [solveRoot(context, fields)];
  const runs = solutions.map((solution) => buildGroups(context, solution));
  for (const [index, run] of runs.entries()) waitForAll(run, runs[index - 1] ?? []);
  const groups = runs.flat();
  const steps = depths(groups);
  const now = groups.filter(({ part }) => part === operation.parts.first);
  const ordered = [...groups].sort(
    (left, right) => steps.get(left)! - steps.get(right)! || groups.indexOf(left) - groups.indexOf(right),
  );
  const numbers = new Map(ordered.map((group, index) => [group, index + 1]));
  const batches = batchesOf(groups);
  return {
    cost: Math.round(solutions.reduce((sum, { score }) => sum + score, 0)),
    requests: new Set(batches.values()).size,
    depth: Math.max(0, ...now.map((group) => steps.get(group)!)),
    isBounded: solver.isBounded,
    fetches: ordered.map((group): ExplainedFetch => {
      const types = [...group.representations.keys()];
      return {
        number: numbers.get(group)!,
        subgraph: subgraphName(view, group.subgraph),
        path: pathText(group.path),
        step: steps.get(group)!,
        after: [...group.dependsOn]
          .flatMap((before) => numbers.get(before) ?? [])
          .sort((left, right) => left - right),
        reasons: purposesOf(group.reasons),
        lost: lostOf(view, group.reasons),
        weight: group.isEntity ? Number(solver.weigh(group.subgraph, types).toFixed(2)) : 1,
        sentWith: batches
          .get(group)!
          .filter((other) => other !== group)
          .map((other) => numbers.get(other)!)
          .sort((left, right) => left - right),
        deferredTo: group.part === operation.parts.first ? undefined : partText(group.part),
      };
    }),
  };
}

/** A field of a mutation starts once all is there of the field before. */
function waitForAll(run: readonly FetchGroup[], before: readonly FetchGroup[]): void {
  const last = before.filter((group) => !before.some((other) => other.dependsOn.has(group)));
  for (const group of run)
    if (group.dependsOn.size === 0) for (const other of last) group.dependsOn.add(other);
}

/** The fetches that each is sent together with, itself among them. */
function batchesOf(groups: readonly FetchGroup[]): ReadonlyMap<FetchGroup, readonly FetchGroup[]> {
  const batches = new Map<FetchGroup, readonly FetchGroup[]>();
  for (const part of groupBy(groups, (group) => group.part).values()) {
    for (const batch of batchGroups(part)) for (const group of batch) batches.set(group, batch);
  }
  return batches;
}

function deferralsOf({ defers, definition, fragments }: PlannableOperation): Deferrals | undefined {
  if (!defers || definition.operation === "subscription") return undefined;
  const { hasAny, variables } = findDeferrals(definition.selectionSet, fragments);
  return hasAny ? new Deferrals(new Map(variables.map((variable) => [variable, true]))) : undefined;
}

function purposesOf(reasons: readonly FetchReason[]): FetchPurpose[] {
  const byKey = groupBy(reasons, ({ key, requires }) => `${requires} ${key}`);
  return [...byKey.values()].map((alike) => {
    const [{ key, requires }] = alike as [FetchReason];
    return { key, requires, fields: [...new Set(alike.map(({ field }) => field))] };
  });
}

function lostOf(view: SchemaView, reasons: readonly FetchReason[]): LostAlternative[] {
  const found = new Map<string, LostAlternative>();
  for (const { field, lost } of reasons) {
    for (const { subgraph, score } of lost) {
      found.set(`${subgraph} ${field}`, {
        subgraph: subgraphName(view, subgraph),
        field,
        cost: score && Math.round(score),
      });
    }
  }
  return [...found.values()];
}

function subgraphName(view: SchemaView, subgraph: number): string {
  return view.model.subgraphs[subgraph]!.name;
}

function pathText(path: readonly PathSegment[]): string {
  const parts = path.map((segment) => {
    if (segment.kind === "field") return segment.name;
    return segment.kind === "list" ? "@" : `[${segment.names.join("|")}]`;
  });
  return parts.length === 0 ? "the root" : parts.join(".");
}

function partText({ label, queryPath }: Part): string {
  const place = queryPath.length === 0 ? "the root" : queryPath.join(".");
  return label === undefined ? `the part at ${place}` : `the part "${label}" at ${place}`;
}
