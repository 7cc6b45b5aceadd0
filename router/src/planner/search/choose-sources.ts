import type { FieldOption } from "../graph/schema-view.ts";
import type { SelectionNode } from "../normalize/selection.ts";
import { childArrival } from "./availability.ts";
import { isPartOfKey } from "./deferred.ts";
import { withRivals } from "./rivals.ts";
import type { ChoiceContext } from "./search.ts";
import {
  type Alternative,
  type Arrival,
  arrivalAt,
  type Item,
  type Jump,
  type Placement,
  type Solution,
  type Source,
  score,
  weightOf,
} from "./solution.ts";

/** Subsets of up to this many candidate subgraphs are all weighed; of more, only growing greedy ones. */
const weighedTargetsMax = 6;

/** A way to ask for an item, with what it brings below. */
interface Candidate {
  source: Source;
  arrival: Arrival | undefined;
  depth: number;
}

interface OpenItem {
  item: Item;
  locals: Candidate[];
  jumps: Candidate[];
}

/** Decides for each item which subgraph is asked for it, so that the fetches opened together are cheapest. */
export function chooseSources(
  context: ChoiceContext,
  selection: SelectionNode,
  items: readonly Item[],
): Solution | undefined {
  const settled: Placement[] = [];
  const open: OpenItem[] = [];
  for (const item of items) {
    const placement = settleLocally(context, item);
    if (placement !== undefined) {
      settled.push(placement);
      continue;
    }
    const candidates = findCandidates(context, item);
    if (candidates.locals.length + candidates.jumps.length === 0) return undefined;
    open.push(candidates);
  }
  if (open.length === 0) return summarize(context, selection, settled);
  const chosen = weighTargets(context, open);
  if (chosen === undefined) return undefined;
  if (context.search.explains) {
    for (const placement of chosen) placement.lost = alternativesTo(context, placement, open);
  }
  const order = new Map(items.map((item, index) => [item, index]));
  const placements = [...settled, ...chosen].sort(
    (left, right) => order.get(left.item)! - order.get(right.item)!,
  );
  return summarize(context, selection, placements);
}

function alternativesTo(
  context: ChoiceContext,
  { item, sources }: Placement,
  open: readonly OpenItem[],
): Alternative[] {
  const candidates = open.find((candidate) => candidate.item === item)?.jumps ?? [];
  const taken = sources.map((source) => (source.kind === "jump" ? source.jump.subgraph : -1));
  return candidates.flatMap((candidate): Alternative[] => {
    const { jump } = candidate.source as Source & { kind: "jump" };
    if (taken.includes(jump.subgraph)) return [];
    const child = solveChild(context, item, [candidate]);
    if (item.field.selection !== undefined && child === undefined)
      return [{ subgraph: jump.subgraph, score: undefined }];
    const below = child === undefined ? 0 : weightOf(child.opened) + child.nestedFetches;
    const fetches = weightOf(jump.opened) + jump.nestedFetches + below;
    return [{ subgraph: jump.subgraph, score: score(fetches, jump.depth + (child?.depth ?? 0)) }];
  });
}

/** An item that an arrival answers with no further fetch needs no weighing. */
function settleLocally(context: ChoiceContext, item: Item): Placement | undefined {
  if (context.isLater && !isPartOfKey(context.search.view, item)) return undefined;
  for (const source of item.local) {
    const placed: Source = { kind: "local", source };
    if (item.field.selection === undefined) return { item, sources: [placed], child: undefined };
    const child = solveChild(context, item, [localCandidate(context, item, placed)]);
    if (child?.score === 0) return { item, sources: [placed], child };
  }
  return undefined;
}

function findCandidates(context: ChoiceContext, item: Item): OpenItem {
  const locals = item.local.map((source) => localCandidate(context, item, { kind: "local", source }));
  const jumps: Candidate[] = [];
  for (const option of item.options) {
    const isLocal = item.local.some((source) => source.field?.subgraph === option.subgraph);
    if (isLocal && !context.isLater) continue;
    const jump = context.open(item, option);
    if (jump === undefined) continue;
    const arrival = item.field.selection && jumpArrival(context, item, option);
    const candidate: Candidate = {
      source: { kind: "jump", jump, field: option.field },
      arrival,
      depth: jump.depth,
    };
    jumps.push(candidate);
  }
  if (!context.isLater) return { item, locals, jumps };
  const usable = jumps.filter(
    (jump) => jump.arrival === undefined || solveChild(context, item, [jump]) !== undefined,
  );
  return usable.length > 0 ? { item, locals: [], jumps: usable } : { item, locals, jumps };
}

function localCandidate(context: ChoiceContext, item: Item, source: Source & { kind: "local" }): Candidate {
  const { field, arrival, on } = source.source;
  if (field === undefined || item.field.selection === undefined)
    return { source, arrival: undefined, depth: 0 };
  const from = context.arrivals[arrival]!;
  const child = childArrival(context.search.view, from, on?.[0] ?? from.type, field);
  return { source, arrival: withRivals(context, item, child), depth: 0 };
}

function jumpArrival(context: ChoiceContext, item: Item, { entry, field }: FieldOption): Arrival {
  const from = arrivalAt(field.subgraph, entry, []);
  return withRivals(context, item, childArrival(context.search.view, from, entry, field));
}

function solveChild(
  context: ChoiceContext,
  item: Item,
  candidates: readonly Candidate[],
): Solution | undefined {
  const { selection } = item.field;
  if (selection === undefined) return undefined;
  return context.search.solve(
    selection,
    candidates.map((candidate) => candidate.arrival!),
  );
}

/** Facility location: which fetches to open so that all items are served at the least total cost. */
function weighTargets(context: ChoiceContext, open: readonly OpenItem[]): readonly Placement[] | undefined {
  const names = new Set<string>();
  for (const { jumps } of open) for (const { source } of jumps) names.add(openKeyOf(source));
  const targets = [...names];
  const weighsAll = targets.length <= weighedTargetsMax && !context.search.isBounded;
  const subsets = weighsAll ? allSubsets(targets) : growingSubsets(context, open, targets);
  let best: Served | undefined;
  for (const subset of subsets) {
    const found = serveAll(context, open, subset);
    if (found !== undefined && (best === undefined || found.score < best.score)) best = found;
  }
  if (best === undefined) return undefined;
  const withPrerequisites = serveAll(context, open, new Set(best.opened));
  return withPrerequisites !== undefined && withPrerequisites.score <= best.score
    ? withPrerequisites.placements
    : best.placements;
}

function openKeyOf(source: Source): string {
  return source.kind === "jump" ? source.jump.openKey : "";
}

function allSubsets(targets: readonly string[]): ReadonlySet<string>[] {
  const subsets: ReadonlySet<string>[] = [];
  for (let bits = 0; bits < 1 << targets.length; bits++) {
    subsets.push(new Set(targets.filter((_, index) => bits & (1 << index))));
  }
  return subsets.sort((left, right) => left.size - right.size);
}

/** Adds, one by one, the target that serves most items still unserved; then all targets as the last resort. */
function growingSubsets(
  context: ChoiceContext,
  open: readonly OpenItem[],
  targets: readonly string[],
): ReadonlySet<string>[] {
  const chosen = new Set<string>();
  const subsets: ReadonlySet<string>[] = [new Set()];
  const unserved = new Set(open.filter((item) => serve(context, item, chosen) === undefined));
  while (unserved.size > 0 && chosen.size < targets.length) {
    let best: { target: string; served: OpenItem[] } | undefined;
    for (const target of targets) {
      if (chosen.has(target)) continue;
      const served = [...unserved].filter((item) => serve(context, item, new Set([target])) !== undefined);
      if (best === undefined || served.length > best.served.length) best = { target, served };
    }
    if (best === undefined || best.served.length === 0) break;
    chosen.add(best.target);
    for (const item of best.served) unserved.delete(item);
    subsets.push(new Set(chosen));
  }
  return [...subsets, new Set(targets)];
}

interface Served {
  placements: readonly Placement[];
  /** Every fetch at the place, those that only bring keys for others included. */
  opened: readonly string[];
  score: number;
}

/** Of equally costly ways, the one whose subgraphs know most of the selection wins. */
const knownMax = 1000;

function serveAll(
  context: ChoiceContext,
  open: readonly OpenItem[],
  targets: ReadonlySet<string>,
): Served | undefined {
  const placements: Placement[] = [];
  let known = 0;
  for (const item of open) {
    const served = serve(context, item, targets);
    if (served === undefined) return undefined;
    placements.push(served.placement);
    known += served.known;
  }
  const { opened, nestedFetches, depth } = addUp(placements);
  return {
    placements,
    opened: [...opened.keys()],
    score: score(weightOf(opened) + nestedFetches, depth) - Math.min(known, knownMax) / (2 * knownMax),
  };
}

function serve(
  context: ChoiceContext,
  open: OpenItem,
  targets: ReadonlySet<string>,
): { placement: Placement; cost: number; known: number } | undefined {
  const usable = [...open.locals, ...open.jumps.filter(({ source }) => targets.has(openKeyOf(source)))];
  const { item } = open;
  let best: { placement: Placement; cost: number; known: number } | undefined;
  const consider = (candidates: readonly Candidate[]): void => {
    const child = solveChild(context, item, candidates);
    if (item.field.selection !== undefined && child === undefined) return;
    const reached = Math.max(...candidates.map(({ depth }) => depth));
    const cost =
      score(child?.nestedFetches ?? 0, 0) +
      score(child === undefined ? 0 : weightOf(child.opened), reached + (child?.depth ?? 0));
    if (best !== undefined && best.cost < cost) return;
    const known = knownFields(context, item, candidates);
    if (best !== undefined && best.cost === cost && best.known >= known) return;
    best = { placement: { item, sources: candidates.map(({ source }) => source), child }, cost, known };
  };
  for (const candidate of usable) consider([candidate]);
  const canShare = item.field.selection !== undefined && usable.length > 1 && !context.search.isBounded;
  if (canShare && (best === undefined || best.placement.child!.depth > 0)) {
    if (usable.length > 2) for (const pair of pairs(usable)) consider(pair);
    consider(usable);
  }
  return best;
}

function knownFields(context: ChoiceContext, { field }: Item, candidates: readonly Candidate[]): number {
  let known = 0;
  for (const { arrival } of candidates) {
    if (arrival !== undefined) known += context.search.answers.known(field.selection!, arrival);
  }
  return known / candidates.length;
}

function pairs(candidates: readonly Candidate[]): Candidate[][] {
  const found: Candidate[][] = [];
  for (const [index, left] of candidates.entries()) {
    for (const right of candidates.slice(index + 1)) found.push([left, right]);
  }
  return found;
}

function addUp(placements: readonly Placement[]): {
  opened: Map<string, number>;
  nestedFetches: number;
  depth: number;
} {
  const opened = new Map<string, number>();
  const seen = new Set<Jump>();
  const prerequisites = new Set<string>();
  let nestedFetches = 0;
  let depth = 0;
  for (const { sources, child } of placements) {
    let reached = 0;
    for (const source of sources) {
      if (source.kind !== "jump") continue;
      reached = Math.max(reached, source.jump.depth);
      if (seen.has(source.jump)) continue;
      seen.add(source.jump);
      for (const [name, weight] of source.jump.opened) {
        opened.set(name, weight);
        if (name !== source.jump.openKey) prerequisites.add(name);
      }
      nestedFetches += source.jump.nestedFetches;
    }
    nestedFetches += child === undefined ? 0 : weightOf(child.opened) + child.nestedFetches;
    depth = Math.max(depth, reached + (child?.depth ?? 0));
  }
  for (const name of [...opened.keys()]) {
    if (opened.has(`${name}!`) && !prerequisites.has(name)) opened.delete(name);
  }
  return { opened, nestedFetches, depth };
}

function summarize(
  { arrivals }: ChoiceContext,
  selection: SelectionNode,
  placements: readonly Placement[],
): Solution {
  const { opened, nestedFetches, depth } = addUp(placements);
  const cost = score(weightOf(opened) + nestedFetches, depth);
  return {
    selection,
    arrivals,
    placements,
    typed: undefined,
    contexts: [],
    opened,
    nestedFetches,
    depth,
    score: cost,
  };
}
