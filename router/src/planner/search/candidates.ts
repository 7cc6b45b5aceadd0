import type { FieldOption } from "../graph/schema-view.ts";
import type { Arrival } from "./arrival.ts";
import { childArrival } from "./availability.ts";
import { withRivals } from "./rivals.ts";
import type { ChoiceContext } from "./search.ts";
import type { Item, Solution, Source } from "./solution.ts";

/** A way to ask for an item, with what it brings below. */
export interface Candidate {
  source: Source;
  arrival: Arrival | undefined;
  depth: number;
}

export interface OpenItem {
  item: Item;
  locals: Candidate[];
  jumps: Candidate[];
}

export function findCandidates(context: ChoiceContext, item: Item): OpenItem {
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

export function localCandidate(
  context: ChoiceContext,
  item: Item,
  source: Source & { kind: "local" },
): Candidate {
  const { field, arrival, on } = source.source;
  if (field === undefined || item.field.selection === undefined)
    return { source, arrival: undefined, depth: 0 };
  const from = context.arrivals[arrival]!;
  const child = childArrival(context.search.view, from, on?.[0] ?? from.type, field);
  return { source, arrival: withRivals(context, item, child), depth: 0 };
}

function jumpArrival(context: ChoiceContext, item: Item, { entry, field }: FieldOption): Arrival {
  const from = context.search.view.arrivals.at(field.subgraph, entry);
  return withRivals(context, item, childArrival(context.search.view, from, entry, field));
}

export function solveChild(
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
