import type { FieldOption } from "../graph/schema-view.ts";
import { boundArguments } from "../normalize/bind-contexts.ts";
import type { Arrival } from "./arrival.ts";
import type { Search, SolveLimits } from "./search.ts";
import type { Item, Jump, JumpStep, Solution } from "./solution.ts";

export interface JumpContext {
  search: Search;
  arrivals: readonly Arrival[];
  limits: SolveLimits;
}

/** Enters another subgraph (or the same one again) with a representation, if its key and requirements can be had. */
export function openJump(context: JumpContext, item: Item, option: FieldOption): Jump | undefined {
  const { view } = context.search;
  const { subgraph } = option;
  const isContextual = option.field.context.length > 0;
  if (view.isRoot(option.entry)) return isContextual ? undefined : rootJump(context, option);
  const isLate = option.field.requires !== undefined || isContextual;
  const steps: JumpStep[] = [];
  for (const asked of item.asked) {
    const own =
      item.asked.length === 1 ? option : view.options(asked, item.field.name).find(sameSubgraph(subgraph));
    const step = own && openStep(context, asked, own);
    if (step === undefined) return undefined;
    if (isContextual && boundArguments(item.field, subgraph, asked) === undefined) return undefined;
    steps.push(step);
  }
  const openKey = isLate ? `${subgraph}!` : `${subgraph}`;
  return combine(subgraph, openKey, { steps, weight: context.search.weigh(subgraph, item.asked) });
}

function sameSubgraph(subgraph: number): (option: FieldOption) => boolean {
  return (option) => option.subgraph === subgraph;
}

function rootJump({ arrivals }: JumpContext, { subgraph, entry }: FieldOption): Jump {
  const openKey = arrivals.length === 0 ? `${subgraph}` : `${subgraph}/`;
  const opened = new Map([[openKey, 1]]);
  return { subgraph, rootType: entry, steps: [], depth: 1, openKey, opened, nestedFetches: 0 };
}

function openStep(
  { search, arrivals, limits }: JumpContext,
  asked: string,
  option: FieldOption,
): JumpStep | undefined {
  const { subgraph, entry, field } = option;
  const distance = search.reach.from(asked, arrivals).get(subgraph) ?? Number.POSITIVE_INFINITY;
  const isFarther = distance >= limits.nearerThan && limits.nearerThan !== Number.POSITIVE_INFINITY;
  if (isFarther) return undefined;
  let best: JumpStep | undefined;
  for (const key of search.view.keys(subgraph, entry, asked)) {
    const keySolution = search.solve(key.selection, arrivals, { nearerThan: distance, isLater: false });
    if (keySolution === undefined) continue;
    if (best === undefined || keySolution.score < best.keySolution.score) {
      best = { asked, entry, key, keySolution, requires: undefined };
    }
    if (keySolution.score === 0) break;
  }
  if (best === undefined || field.requires === undefined) return best;
  const { isLater } = limits;
  const solution = search.solve(field.requires, arrivals, { nearerThan: Number.POSITIVE_INFINITY, isLater });
  return solution && { ...best, requires: { selection: field.requires, solution } };
}

function combine(
  subgraph: number,
  openKey: string,
  { steps, weight }: { steps: readonly JumpStep[]; weight: number },
): Jump {
  const opened = new Map<string, number>();
  let depth = 0;
  let nestedFetches = 0;
  const seen = new Set<Solution>();
  for (const { keySolution, requires } of steps) {
    for (const solution of requires === undefined ? [keySolution] : [keySolution, requires.solution]) {
      if (seen.has(solution)) continue;
      seen.add(solution);
      for (const [name, openedWeight] of solution.opened) opened.set(name, openedWeight);
      nestedFetches += solution.nestedFetches;
      depth = Math.max(depth, solution.depth);
    }
  }
  let name = openKey;
  while (opened.has(name)) name += "!";
  opened.set(name, weight);
  const reached = depth + weight;
  return { subgraph, rootType: undefined, steps, depth: reached, openKey: name, opened, nestedFetches };
}
