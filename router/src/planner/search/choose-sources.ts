import type { SelectionNode } from "../normalize/selection.ts";
import { addUp } from "./add-up.ts";
import { findCandidates, localCandidate, type OpenItem, solveChild } from "./candidates.ts";
import { isPartOfKey } from "./deferred.ts";
import type { ChoiceContext } from "./search.ts";
import {
  type Alternative,
  type Item,
  type Placement,
  type Solution,
  type Source,
  score,
  weightOf,
} from "./solution.ts";
import { weighTargets } from "./weigh-targets.ts";

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
  return summarize(context, selection, inOrder(items, settled, chosen));
}

/** Both are in the order of the items, each without what the other has. */
function inOrder(
  items: readonly Item[],
  settled: readonly Placement[],
  chosen: readonly Placement[],
): readonly Placement[] {
  if (settled.length === 0) return chosen;
  let next = 0;
  let nextChosen = 0;
  return items.map((item) => (settled[next]?.item === item ? settled[next++]! : chosen[nextChosen++]!));
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
