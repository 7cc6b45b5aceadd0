import type { FieldOption, SchemaView } from "../graph/schema-view.ts";
import {
  type SelectedField,
  type SelectionInterner,
  type SelectionNode,
  typenameField,
} from "../normalize/selection.ts";
import { PlanningError } from "../planner.ts";
import { WholeAnswers } from "./answers-whole.ts";
import { type Arrival, arrivalsKey } from "./arrival.ts";
import { chooseSources } from "./choose-sources.ts";
import { byDeferral, withDeferred } from "./deferred.ts";
import { expandField } from "./expand-field.ts";
import { splitByKnownType } from "./interface-object.ts";
import { openJump } from "./open-jump.ts";
import { Reach } from "./reach.ts";
import type { Search, SolveLimits, WeighFetch } from "./search.ts";
import { type Item, type Jump, type Solution, score, weightOf } from "./solution.ts";
import { UnevenSelections } from "./uneven-selections.ts";

/** Selection sets solved for one operation before the search stops weighing alternatives. */
const solvedMax = 20_000;

/** Past the bound by this factor the search gives up. */
const giveUpFactor = 10;

const weighAlike: WeighFetch = () => 1;

const noLimits: SolveLimits = { nearerThan: Number.POSITIVE_INFINITY, isLater: false };
const laterLimits: SolveLimits = { ...noLimits, isLater: true };

/** Finds the cheapest way to resolve selection sets. Each (selection, arrivals) is solved once. */
export class Solver implements Search {
  readonly view: SchemaView;
  readonly interner: SelectionInterner;
  readonly answers: WholeAnswers;
  readonly reach: Reach;
  readonly uneven: UnevenSelections;
  readonly explains: boolean;
  readonly weigh: WeighFetch;
  readonly #solved = new Map<string, Solution | null>();
  readonly #solving = new Set<string>();
  #cut = false;
  #count = 0;

  constructor(
    view: SchemaView,
    interner: SelectionInterner,
    { explains = false, weigh = weighAlike }: { explains?: boolean; weigh?: WeighFetch } = {},
  ) {
    this.explains = explains;
    this.weigh = weigh;
    this.view = view;
    this.interner = interner;
    this.answers = new WholeAnswers(view);
    this.reach = reachIn(view);
    this.uneven = new UnevenSelections(view);
  }

  get isBounded(): boolean {
    return this.#count > solvedMax;
  }

  solve(selection: SelectionNode, arrivals: readonly Arrival[], limits = noLimits): Solution | undefined {
    const limit = limits.nearerThan === Number.POSITIVE_INFINITY ? "" : `<${limits.nearerThan}`;
    const later = limits.isLater ? "^" : "";
    const key = `${selection.id}@${arrivalsKey(arrivals)}${limit}${later}`;
    const known = this.#solved.get(key);
    if (known !== undefined) return known ?? undefined;
    if (this.#solving.has(key)) {
      this.#cut = true;
      return undefined;
    }
    if (++this.#count > solvedMax * giveUpFactor)
      throw new PlanningError("The operation takes too long to plan.");
    this.#solving.add(key);
    const outerCut = this.#cut;
    this.#cut = false;
    const solution = this.#solve(selection, arrivals, limits);
    this.#solving.delete(key);
    const isFinal = !this.#cut || this.#solving.size === 0;
    this.#cut ||= outerCut;
    if (solution !== undefined || isFinal) this.#solved.set(key, solution ?? null);
    return solution;
  }

  #solve(selection: SelectionNode, arrivals: readonly Arrival[], limits: SolveLimits): Solution | undefined {
    const [only] = arrivals;
    if (only !== undefined && arrivals.length === 1) {
      const { hasSharedKeys, hasDeferrals } = selection;
      const isPlain = !hasSharedKeys && !hasDeferrals && !limits.isLater && !this.uneven.touches(selection);
      if (isPlain && this.answers.has(selection, only)) return wholeSolution(selection, arrivals);
      if (this.view.isInterfaceObject(only.subgraph, only.type))
        return this.#solveTyped(selection, only, limits);
    }
    return this.solveFields(selection, selection.fields, arrivals, limits);
  }

  readonly #canReach = (asked: string, from: Arrival, subgraph: number): boolean =>
    !this.view.isAbstract(from.type) || this.reach.from(asked, [from]).has(subgraph);

  /** Resolves some of the fields of the selection, each deferral on its own, and what fields below take from here. */
  solveFields(
    selection: SelectionNode,
    fields: readonly SelectedField[],
    arrivals: readonly Arrival[],
    limits: SolveLimits,
  ): Solution | undefined {
    const { now, later } = byDeferral(selection, fields);
    let solution = this.#chooseFor(selection, now, arrivals, limits);
    for (const deferred of later) {
      const more = this.#chooseFor(selection, deferred, arrivals, laterLimits);
      solution = solution && more && withDeferred(solution, more);
    }
    for (const need of selection.contexts) {
      const context = this.solve(need, arrivals);
      solution = solution && context && withContext(solution, context);
    }
    return solution;
  }

  #chooseFor(
    selection: SelectionNode,
    fields: readonly SelectedField[],
    arrivals: readonly Arrival[],
    limits: SolveLimits,
  ): Solution | undefined {
    const items = fields.flatMap((field) => expandField(this.view, field, arrivals, this.#canReach));
    const jumps = new Map<string, Jump | undefined>();
    const open = (item: Item, option: FieldOption): Jump | undefined => {
      const key = `${option.subgraph} ${option.entry} ${item.asked.join()} ${option.field.requires?.id}${option.field.context.length > 0 ? item.field.context?.key : ""}`;
      if (!jumps.has(key)) jumps.set(key, openJump({ search: this, arrivals, limits }, item, option));
      return jumps.get(key);
    };
    return chooseSources({ search: this, arrivals, isLater: limits.isLater, open }, selection, items);
  }

  #solveTyped(selection: SelectionNode, arrival: Arrival, limits: SolveLimits): Solution | undefined {
    const { here, typed } = splitByKnownType(this.view, selection, arrival);
    const plain = this.solveFields(selection, here, [arrival], limits);
    if (plain === undefined) return undefined;
    if (typed.length === 0) return plain;
    const rest = this.interner.intern(selection.type, typed);
    let best: Solution | undefined;
    for (const option of this.#typeResolvers(arrival)) {
      const jump = openJump({ search: this, arrivals: [arrival], limits }, resolverItem(arrival), option);
      if (jump === undefined) continue;
      const solution = this.solve(rest, [this.view.arrivals.at(option.subgraph, arrival.type)]);
      if (solution === undefined) continue;
      const found = withTypedStage(plain, jump, solution);
      if (best === undefined || found.score < best.score) best = found;
    }
    return best;
  }

  /** Subgraphs that know the interface with its objects and can be entered with its key. */
  #typeResolvers(arrival: Arrival): FieldOption[] {
    const options: FieldOption[] = [];
    for (const [subgraph, inSubgraph] of this.view.objectOrInterface(arrival.type)?.subgraphs ?? []) {
      if (inSubgraph.isInterfaceObject || subgraph === arrival.subgraph) continue;
      const field = this.view.typenameField(subgraph);
      options.push({ subgraph, entry: arrival.type, field });
    }
    return options;
  }
}

const reachByView = new WeakMap<SchemaView, Reach>();

function reachIn(view: SchemaView): Reach {
  let reach = reachByView.get(view);
  if (reach === undefined) {
    reach = new Reach(view);
    reachByView.set(view, reach);
  }
  return reach;
}

function resolverItem(arrival: Arrival): Item {
  const field = typenameField(arrival.type);
  return { field, types: undefined, asked: [arrival.type], local: [], options: [] };
}

function wholeSolution(selection: SelectionNode, arrivals: readonly Arrival[]): Solution {
  return {
    selection,
    arrivals,
    placements: undefined,
    typed: undefined,
    contexts: [],
    opened: new Map(),
    nestedFetches: 0,
    depth: 0,
    score: 0,
  };
}

/** The fields that take the context come at least one step after it. */
function withContext(solution: Solution, context: Solution): Solution {
  const opened = new Map([...solution.opened, ...context.opened]);
  const nestedFetches = solution.nestedFetches + context.nestedFetches;
  const depth = Math.max(solution.depth, context.depth + 1);
  const contexts = [...solution.contexts, context];
  return {
    ...solution,
    contexts,
    opened,
    nestedFetches,
    depth,
    score: score(weightOf(opened) + nestedFetches, depth),
  };
}

function withTypedStage(plain: Solution, jump: Jump, solution: Solution): Solution {
  const opened = new Map([...plain.opened, ...jump.opened]);
  for (const [name, weight] of solution.opened) opened.set(`${jump.openKey}>${name}`, weight);
  const nestedFetches = plain.nestedFetches + solution.nestedFetches;
  const depth = Math.max(plain.depth, jump.depth + solution.depth);
  return {
    ...plain,
    typed: { jump, solution },
    opened,
    nestedFetches,
    depth,
    score: score(weightOf(opened) + nestedFetches, depth),
  };
}
