import { groupBy } from "../group-by.ts";
import { sharedConditions } from "./conditions.ts";
import { canShareContexts } from "./contexts.ts";
import type { FetchGroup } from "./fetch-group.ts";
import { canJoin, mergeRequires } from "./representations.ts";
import type { SelectionTree } from "./selection-tree.ts";

/**
 * Fetches of one subgraph at one place that wait for different ones become one, unless that makes the plan
 * deeper. Answers the fetches that remain.
 */
export function mergeGroups(groups: readonly FetchGroup[]): FetchGroup[] {
  const remaining = new Set(groups);
  const places = groupBy(groups, (group) => group.position);
  for (const atPlace of places.values()) {
    if (new Set(atPlace.map(({ subgraph }) => subgraph)).size === atPlace.length) continue;
    for (const into of [...atPlace].sort((left, right) => Number(right.isLate) - Number(left.isLate))) {
      for (const other of atPlace) {
        if (!remaining.has(into) || !remaining.has(other) || !canMerge(into, other)) continue;
        if (deepens(remaining, other, into)) continue;
        absorb(into, other);
        remaining.delete(other);
        for (const group of remaining) if (group.dependsOn.delete(other)) group.dependsOn.add(into);
      }
    }
  }
  return [...remaining];
}

function canMerge(into: FetchGroup, other: FetchGroup): boolean {
  return (
    into !== other &&
    into.isEntity &&
    other.isEntity &&
    into.subgraph === other.subgraph &&
    into.part === other.part &&
    (into.isLate || !other.isLate) &&
    !into.isAfter(other) &&
    !other.isAfter(into) &&
    canRepresent(into, other) &&
    canShareContexts(into, other.contexts)
  );
}

function canRepresent(late: FetchGroup, early: FetchGroup): boolean {
  if (!isForSameTypes(late, [...early.representations.keys()])) return false;
  for (const [type, representation] of early.representations) {
    if (!canJoin(late.representations.get(type), representation)) return false;
  }
  return true;
}

/**
 * All objects that enter at an interface object are asked for the same fields, so objects of other types, for
 * which a field is not wanted or its requirements are not known, must not meet them in one fetch.
 */
export function isForSameTypes(late: FetchGroup, types: readonly string[]): boolean {
  const known = [...late.representations];
  if (known.every(([, { rewrite }]) => rewrite === undefined)) return true;
  return known.length === types.length && types.every((type) => late.representations.has(type));
}

/** Serial depth of each fetch: 1 for those that wait for none of the others. */
export function depths(groups: Iterable<FetchGroup>): Map<FetchGroup, number> {
  const members = new Set(groups);
  const known = new Map<FetchGroup, number>();
  const depthOf = (group: FetchGroup): number => {
    let depth = known.get(group);
    if (depth === undefined) {
      depth = 1;
      for (const before of group.dependsOn)
        if (members.has(before)) depth = Math.max(depth, depthOf(before) + 1);
      known.set(group, depth);
    }
    return depth;
  };
  for (const group of members) depthOf(group);
  return known;
}

function deepens(groups: ReadonlySet<FetchGroup>, early: FetchGroup, late: FetchGroup): boolean {
  const before = Math.max(...depths(groups).values());
  const dependents = [...groups].filter((group) => group.dependsOn.has(early) && !group.dependsOn.has(late));
  const added = [...early.dependsOn].filter((group) => !late.dependsOn.has(group));
  for (const group of dependents) group.dependsOn.add(late);
  for (const group of added) late.dependsOn.add(group);
  const after = Math.max(...depths(groups).values());
  for (const group of dependents) group.dependsOn.delete(late);
  for (const group of added) late.dependsOn.delete(group);
  return after > before;
}

function absorb(late: FetchGroup, early: FetchGroup): void {
  for (const before of early.dependsOn) late.dependsOn.add(before);
  late.reasons.push(...early.reasons);
  late.isLate ||= early.isLate;
  for (const conditions of early.wanted) late.allow(conditions);
  for (const [variable, context] of early.contexts) late.contexts.set(variable, context);
  for (const [type, tree] of early.trees) absorbTree(late.tree(type), tree);
  for (const [type, representation] of early.representations) {
    const known = late.representations.get(type);
    if (known === undefined) late.representations.set(type, representation);
    else {
      mergeRequires(known.selections, representation.selections);
      known.under = sharedConditions(known.under, representation.under);
    }
  }
}

function absorbTree(into: SelectionTree, from: SelectionTree): void {
  for (const { selection, arrival } of from.wholes) into.addWhole(selection, arrival);
  for (const [key, field] of from.fields) {
    const known = into.fields.get(key);
    if (known === undefined) into.fields.set(key, field);
    else if (field.child !== undefined) {
      if (known.child === undefined) known.child = field.child;
      else absorbTree(known.child, field.child);
    }
  }
  for (const [type, fragment] of from.fragments) absorbTree(into.on(type), fragment);
}
