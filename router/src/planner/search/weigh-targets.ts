import { addUp } from "./add-up.ts";
import { type Candidate, type OpenItem, solveChild } from "./candidates.ts";
import type { ChoiceContext } from "./search.ts";
import { type Item, type Placement, type Source, score, weightOf } from "./solution.ts";

/** Subsets of up to this many candidate subgraphs are all weighed; of more, only growing greedy ones. */
const weighedTargetsMax = 6;

/** Facility location: which fetches to open so that all items are served at the least total cost. */
export function weighTargets(
  context: ChoiceContext,
  open: readonly OpenItem[],
): readonly Placement[] | undefined {
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
