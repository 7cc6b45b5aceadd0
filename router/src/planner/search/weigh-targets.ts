import { addUp } from "./add-up.ts";
import { type Candidate, type OpenItem, solveChild } from "./candidates.ts";
import type { ChoiceContext } from "./search.ts";
import { type Placement, type Solution, type Source, score, weightOf } from "./solution.ts";

/** Subsets of up to this many candidate subgraphs are all weighed; of more, only growing greedy ones. */
const weighedTargetsMax = 6;

/** Facility location: which fetches to open so that all items are served at the least total cost. */
export function weighTargets(
  context: ChoiceContext,
  open: readonly OpenItem[],
): readonly Placement[] | undefined {
  const { needed, optional } = targetsOf(open);
  const weighsAll = optional.length <= weighedTargetsMax && !context.search.isBounded;
  const subsets = weighsAll
    ? allSubsets(needed, optional)
    : growingSubsets(context, open, [...needed, ...optional]);
  const isOnly = subsets.length === 1;
  let best: (Served & { targets: ReadonlySet<string> }) | undefined;
  for (const targets of subsets) {
    const found = serveAll(context, open, { targets, isOnly });
    if (found !== undefined && (best === undefined || found.score < best.score)) best = { ...found, targets };
  }
  if (best === undefined) return undefined;
  const { opened, targets } = best;
  if (opened.every((name) => targets.has(name))) return best.placements;
  const withPrerequisites = serveAll(context, open, { targets: new Set(opened), isOnly });
  return withPrerequisites !== undefined && withPrerequisites.score <= best.score
    ? withPrerequisites.placements
    : best.placements;
}

function openKeyOf(source: Source): string {
  return source.kind === "jump" ? source.jump.openKey : "";
}

/** An item that one fetch alone can serve needs that fetch, whatever else is opened. */
function targetsOf(open: readonly OpenItem[]): { needed: readonly string[]; optional: readonly string[] } {
  const all = new Set<string>();
  const needed = new Set<string>();
  for (const { locals, jumps } of open) {
    let isOne = locals.length === 0;
    let first: string | undefined;
    for (const { source } of jumps) {
      const name = openKeyOf(source);
      all.add(name);
      first ??= name;
      isOne &&= name === first;
    }
    if (isOne && first !== undefined) needed.add(first);
  }
  return { needed: [...needed], optional: [...all].filter((name) => !needed.has(name)) };
}

function allSubsets(needed: readonly string[], optional: readonly string[]): ReadonlySet<string>[] {
  if (optional.length === 0) return [new Set(needed)];
  const subsets: ReadonlySet<string>[] = [];
  for (let bits = 0; bits < 1 << optional.length; bits++) {
    subsets.push(new Set([...needed, ...optional.filter((_, index) => bits & (1 << index))]));
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
  { targets, isOnly }: { targets: ReadonlySet<string>; isOnly: boolean },
): Served | undefined {
  const placements: Placement[] = [];
  let known = 0;
  for (const item of open) {
    const served = serve(context, item, targets);
    if (served === undefined) return undefined;
    placements.push(placementOf(item, served));
    if (!isOnly) known += knownOf(context, item, served);
  }
  const { opened, nestedFetches, depth } = addUp(placements);
  return {
    placements,
    opened: [...opened.keys()],
    score: score(weightOf(opened) + nestedFetches, depth) - Math.min(known, knownMax) / (2 * knownMax),
  };
}

/** A way to serve one item. */
interface Service {
  candidates: readonly Candidate[];
  child: Solution | undefined;
  cost: number;
  known: number | undefined;
}

function serve(context: ChoiceContext, open: OpenItem, targets: ReadonlySet<string>): Service | undefined {
  const usable = [...open.locals, ...open.jumps.filter(({ source }) => targets.has(openKeyOf(source)))];
  const { item } = open;
  let best: Service | undefined;
  const consider = (candidates: readonly Candidate[]): void => {
    const child = solveChild(context, item, candidates);
    if (item.field.selection !== undefined && child === undefined) return;
    const reached = Math.max(...candidates.map(({ depth }) => depth));
    const cost =
      score(child?.nestedFetches ?? 0, 0) +
      score(child === undefined ? 0 : weightOf(child.opened), reached + (child?.depth ?? 0));
    if (best !== undefined && best.cost < cost) return;
    const service: Service = { candidates, child, cost, known: undefined };
    if (best?.cost === cost && knownOf(context, open, best) >= knownOf(context, open, service)) return;
    best = service;
  };
  for (const candidate of usable) consider([candidate]);
  const canShare = item.field.selection !== undefined && usable.length > 1 && !context.search.isBounded;
  if (canShare && (best === undefined || best.child!.depth > 0)) {
    if (usable.length > 2) for (const pair of pairs(usable)) consider(pair);
    consider(usable);
  }
  return best;
}

function placementOf({ item }: OpenItem, { candidates, child }: Service): Placement {
  return { item, sources: candidates.map(({ source }) => source), child };
}

/** Only asked where costs are equal. */
function knownOf(context: ChoiceContext, { item }: OpenItem, service: Service): number {
  if (service.known !== undefined) return service.known;
  const { candidates } = service;
  let known = 0;
  for (const { arrival } of candidates) {
    if (arrival !== undefined) known += context.search.answers.known(item.field.selection!, arrival);
  }
  service.known = known / candidates.length;
  return service.known;
}

function pairs(candidates: readonly Candidate[]): Candidate[][] {
  const found: Candidate[][] = [];
  for (const [index, left] of candidates.entries()) {
    for (const right of candidates.slice(index + 1)) found.push([left, right]);
  }
  return found;
}
