import { type Parts, stepInto } from "../defer/part.ts";
import type { SchemaView } from "../graph/schema-view.ts";
import { boundArguments } from "../normalize/bind-contexts.ts";
import {
  type BoundArgument,
  type Deferral,
  fetchedKey,
  type SelectedField,
  type SelectionNode,
} from "../normalize/selection.ts";
import { PlanningError } from "../planner.ts";
import type { Arrival } from "../search/arrival.ts";
import { childArrival } from "../search/availability.ts";
import { expandField } from "../search/expand-field.ts";
import type {
  Alternative,
  Item,
  Jump,
  LocalSource,
  Placement,
  Solution,
  Source,
} from "../search/solution.ts";
import { mergeConditions } from "./conditions.ts";
import { addContexts, canTakeContexts, contextGroups, contextKey, withContextArguments } from "./contexts.ts";
import type { FetchGroup, FetchReason } from "./fetch-group.ts";
import { FetchGroups } from "./fetch-groups.ts";
import type { NameScope } from "./name-scope.ts";
import { addTypename, type Place, Position, type Target } from "./place.ts";
import { SelectionTree } from "./selection-tree.ts";
import { usedArrivals } from "./used-arrivals.ts";

/** Places of the answer from which fetches may start, in one plan. */
const placesMax = 20_000;

/** Whose selection is being built: the client's keeps its response keys, the plan's own yields to them. */
type Owner = "client" | "plan";

/** What a placed field is selected within. */
interface Scope {
  place: Place;
  /** The type of the selection set. */
  type: string;
  owner: Owner;
  /** Response keys that more than one placement writes to: for each its own objects. */
  sharedKeys: ReadonlySet<string>;
}

/** Turns a solution into fetches that know which others they wait for. */
export class Builder {
  readonly #view: SchemaView;
  readonly #groups: FetchGroups;
  readonly #parts: Parts;
  readonly #deferred: { placement: Placement; scope: Scope }[] = [];
  #places = 0;

  constructor(view: SchemaView, parts: Parts) {
    this.#view = view;
    this.#groups = new FetchGroups(view);
    this.#parts = parts;
  }

  get groups(): readonly FetchGroup[] {
    return this.#groups.all;
  }

  /** Builds the whole operation, each part after those that it may take keys from. */
  buildRoot(solution: Solution, names: NameScope): void {
    const { first: part } = this.#parts;
    const position = new Position([], names);
    const place: Place = {
      position,
      targets: [],
      conditions: [],
      part,
      queryPath: [],
      contexts: new Map(),
      joinsEarlier: false,
    };
    this.#build(solution, place, "client");
    for (const { placement, scope } of this.#deferred) this.#buildPlacement(placement, scope, new Set());
  }

  /**
   * Builds the solution at the place; answers the fetches that its data comes from. `siblings` are written at
   * the same place by another solution.
   */
  #build(
    solution: Solution,
    around: Place,
    owner: Owner,
    siblings: readonly Placement[] = [],
  ): Set<FetchGroup> {
    if (++this.#places > placesMax) throw new PlanningError("The operation needs too many entity fetches.");
    const used = new Set<FetchGroup>();
    const place = solution.contexts.length === 0 ? around : this.#withContexts(solution, around);
    if (solution.placements === undefined) {
      const target = place.targets[0]!;
      used.add(target.group);
      this.#buildWhole(solution.selection, solution.arrivals[0]!, place, owner);
      return used;
    }
    this.#addTypenames(solution, place);
    const typedPlacements = solution.typed?.solution.placements ?? [];
    const sharedKeys = sharedKeysOf([...solution.placements, ...typedPlacements, ...siblings]);
    const scope = { place, type: solution.selection.type, owner, sharedKeys };
    for (const placement of solution.placements) {
      if (owner === "client" && placement.item.field.deferral !== undefined)
        this.#putOff(placement, scope, placement.item.field.deferral);
      else this.#buildPlacement(placement, scope, used);
    }
    if (solution.typed !== undefined) {
      const { jump, solution: typed } = solution.typed;
      const inner = { ...place, targets: [this.#open(jump, place)] };
      for (const group of this.#build(typed, inner, owner, solution.placements)) used.add(group);
    }
    return used;
  }

  #withContexts(solution: Solution, place: Place): Place {
    const contexts = new Map(place.contexts);
    for (const context of solution.contexts) {
      const groups = this.#build(context, place, "plan");
      contexts.set(contextKey(place.position.depth, context.selection), { position: place.position, groups });
    }
    return { ...place, contexts };
  }

  #putOff(placement: Placement, scope: Scope, deferral: Deferral): void {
    const { place } = scope;
    const part = this.#parts.at(place.part, place.queryPath, deferral);
    this.#deferred.push({ placement, scope: { ...scope, place: { ...place, part } } });
  }

  /** Where objects of several types may be, the answer is read by type. */
  #addTypenames(solution: Solution, place: Place): void {
    for (const [index, target] of place.targets.entries()) {
      const arrival = solution.arrivals[index];
      if (target === undefined || arrival === undefined) continue;
      const isTyped = this.#view.isAbstract(solution.selection.type);
      if (isTyped && !this.#view.isInterfaceObject(arrival.subgraph, arrival.type)) addTypename(target);
    }
  }

  #buildWhole(selection: SelectionNode, arrival: Arrival, place: Place, owner: Owner): void {
    const target = place.targets[0]!;
    const isUnconditional = !target.isTop || place.conditions.length === 0;
    if (owner === "client" && isUnconditional) {
      for (const tree of target.trees) tree.addWhole(selection, arrival);
      return;
    }
    if (this.#view.isAbstract(selection.type)) addTypename(target);
    for (const field of selection.fields) {
      const [item] = expandField(this.#view, field, [arrival]);
      const [source] = item?.local ?? [];
      if (item === undefined || source === undefined) continue;
      const scope = { place, type: selection.type, owner, sharedKeys: noKeys };
      const below = this.#select(target, item, source, scope);
      if (field.selection === undefined || source.field === undefined) continue;
      const inner = this.#inside(scope, item, [below]);
      const next = childArrival(this.#view, arrival, source.on?.[0] ?? arrival.type, source.field);
      this.#buildWhole(field.selection, next, inner, owner);
    }
  }

  #buildPlacement({ item, sources, child, lost = [] }: Placement, scope: Scope, used: Set<FetchGroup>): void {
    const below: (Target | undefined)[] = [];
    const needed = child === undefined || sources.length === 1 ? undefined : usedArrivals(child);
    for (const [index, source] of sources.entries()) {
      if (needed !== undefined && !needed.has(index)) {
        below.push(undefined);
        continue;
      }
      const target = this.#selectFrom(source, item, scope);
      if (source.kind === "jump") target.group.reasons.push(reasonFor(item, source.jump, lost));
      used.add(target.group);
      below.push(target);
    }
    if (child === undefined) return;
    const inner = this.#inside(scope, item, below);
    const isNothing = child.placements?.length === 0;
    if (isNothing) for (const target of below) if (target !== undefined) addTypename(target);
    for (const group of this.#build(child, inner, scope.owner)) used.add(group);
  }

  #selectFrom(source: Source, item: Item, scope: Scope): Target {
    const { place } = scope;
    if (source.kind === "jump") {
      const conditions = mergeConditions(place.conditions, item.field.conditions);
      const from = conditions === place.conditions ? place : { ...place, conditions };
      const local = { on: undefined, field: source.field };
      const bound = contextOf(item, source.jump);
      if (bound === undefined) return this.#select(this.#open(source.jump, from), item, local, scope);
      const field = withContextArguments(item.field, bound);
      const target = this.#openInContext(source.jump, from, bound);
      return this.#select(target, item, local, scope, field);
    }
    const target = place.targets[source.source.arrival]!;
    return this.#select(target, item, source.source, scope);
  }

  /** Writes the field, with all its arguments, into the target; answers where its own selection goes. */
  #select(
    target: Target,
    item: Item,
    { on, field: local }: Pick<LocalSource, "on" | "field">,
    scope: Scope,
    written = item.field,
  ): Target {
    const { field } = item;
    const { owner, place } = scope;
    const own = owner === "client" ? field.conditions : [];
    const conditions = target.isTop ? mergeConditions(place.conditions, own) : own;
    const outputKey = this.#outputKey(field, place.position, owner);
    const isShared = owner === "client" && !scope.sharedKeys.has(field.responseKey);
    const trees =
      on === undefined ? target.trees : target.trees.flatMap((tree) => on.map((type) => tree.on(type)));
    const below = new Set<SelectionTree>();
    let shared: SelectionTree | undefined;
    for (const tree of trees) {
      const added = tree.addField(written, outputKey, local, conditions);
      if (field.selection === undefined) continue;
      added.child ??= shared ?? new SelectionTree(local?.namedType ?? field.selection.type);
      if (isShared) shared ??= added.child;
      below.add(added.child);
    }
    return { group: target.group, trees: [...below], isTop: false };
  }

  #outputKey(field: SelectedField, position: Position, owner: Owner): string {
    if (owner === "client" || field.name === "__typename") return fetchedKey(field);
    return position.names.internalKey(field);
  }

  #inside({ place, type, owner, sharedKeys }: Scope, item: Item, targets: Place["targets"]): Place {
    const key = this.#outputKey(item.field, place.position, owner);
    const isAlone = owner === "client" && !sharedKeys.has(item.field.responseKey);
    const types = isAlone ? undefined : item.types;
    const position = place.position.child(key, types, item.field.listDepth);
    const conditions =
      owner === "plan" ? place.conditions : mergeConditions(place.conditions, item.field.conditions);
    const hasDeferrals = item.field.selection?.hasDeferrals === true;
    const queryPath = hasDeferrals ? stepInto(place.queryPath, type, item.field) : place.queryPath;
    const { part, contexts, joinsEarlier } = place;
    return { position, targets, conditions, part, queryPath, contexts, joinsEarlier };
  }

  #open(jump: Jump, place: Place, waitsFor: ReadonlySet<FetchGroup> = noGroups): Target {
    if (jump.rootType !== undefined) return this.#openRoot(jump.subgraph, jump.rootType, place);
    const dependsOn = new Set(waitsFor);
    const hasEarlier = place.part.outer !== undefined;
    const keyPlace = hasEarlier && !place.joinsEarlier ? { ...place, joinsEarlier: true } : place;
    for (const { keySolution, requires } of jump.steps) {
      for (const group of this.#build(keySolution, keyPlace, "plan")) dependsOn.add(group);
      if (requires === undefined) continue;
      for (const group of this.#build(requires.solution, place, "plan")) dependsOn.add(group);
    }
    const { subgraph, steps } = jump;
    const isLate = waitsFor.size > 0 || steps.some(({ requires }) => requires !== undefined);
    const group = this.#groups.entityAt(place, { subgraph, steps, dependsOn, isLate });
    group.askers.push(...place.targets.filter((target) => target !== undefined));
    // Objects of a single type need not say which: their representations can only be of that one.
    if (group.representations.size > 1) for (const asker of group.askers) addTypename(asker);
    const [only, ...others] = steps;
    if (only !== undefined && others.length === 0)
      return { group, trees: [group.tree(only.entry)], isTop: true };
    const trees = new Set(steps.map((step) => group.tree(step.entry)));
    return { group, trees: [...trees], isTop: true };
  }

  /** Where a fetch of the subgraph is at hand that can take the values, the field is asked there. */
  #openInContext(jump: Jump, place: Place, bound: readonly BoundArgument[]): Target {
    const atHand = place.targets.find(
      (target) =>
        target !== undefined &&
        target.group.subgraph === jump.subgraph &&
        target.trees.every((tree) => jump.steps.every(({ entry }) => entry === tree.type)) &&
        canTakeContexts(target.group, place, bound),
    );
    const waitsFor = contextGroups(place, bound);
    const target = atHand ?? this.#open(jump, place, waitsFor);
    target.group.waitFor(waitsFor, place.conditions);
    addContexts(this.#view, target.group, place, bound);
    return target;
  }

  #openRoot(subgraph: number, rootType: string, place: Place): Target {
    const dependsOn = new Set(
      place.targets.flatMap((target) => (target === undefined ? [] : [target.group])),
    );
    for (const target of place.targets) if (target !== undefined) addTypename(target);
    const group = this.#groups.rootAt(place, subgraph, dependsOn);
    return { group, trees: [group.tree(rootType)], isTop: true };
  }
}

const noKeys: ReadonlySet<string> = new Set();
const noGroups: ReadonlySet<FetchGroup> = new Set();

function sharedKeysOf(placements: readonly Placement[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const shared = new Set<string>();
  for (const { item } of placements) {
    const key = item.field.responseKey;
    if (seen.has(key)) shared.add(key);
    seen.add(key);
  }
  return shared;
}

function contextOf(item: Item, { subgraph, steps }: Jump): readonly BoundArgument[] | undefined {
  const bound = steps.flatMap(({ asked }) => boundArguments(item.field, subgraph, asked) ?? []);
  return bound.length === 0 ? undefined : bound;
}

function reasonFor(item: Item, { steps }: Jump, lost: readonly Alternative[]): FetchReason {
  const [step] = steps;
  const field = `${step?.asked ?? item.field.onType}.${item.field.name}`;
  return { field, key: step?.key.text, requires: step?.requires !== undefined, lost };
}
