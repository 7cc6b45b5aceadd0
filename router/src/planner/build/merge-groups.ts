import { conditionsKey } from "../normalize/selection.ts";
import type { FetchGroup } from "./fetch-group.ts";
import { canCopy, mergeRequires } from "./representations.ts";
import type { SelectionTree } from "./selection-tree.ts";

/**
 * A fetch that must wait for @requires can take along what an earlier fetch of the same subgraph at the same
 * place asks for, if nothing needs that sooner. Answers the fetches that remain.
 */
export function mergeGroups(groups: readonly FetchGroup[]): FetchGroup[] {
  let remaining = [...groups];
  for (const late of groups) {
    if (!late.isLate || !remaining.includes(late)) continue;
    const early = remaining.find(
      (group) =>
        !group.isLate &&
        group.isEntity &&
        group.subgraph === late.subgraph &&
        isSamePlace(group, late) &&
        conditionsKey(group.copiedUnder) === conditionsKey(late.copiedUnder) &&
        canRepresent(late, group) &&
        !late.isAfter(group) &&
        !group.isAfter(late),
    );
    if (early === undefined || deepens(remaining, early, late)) continue;
    absorb(late, early);
    remaining = remaining.filter((group) => group !== early);
    for (const group of remaining) {
      if (group.dependsOn.delete(early)) group.dependsOn.add(late);
    }
  }
  return remaining;
}

function canRepresent(late: FetchGroup, early: FetchGroup): boolean {
  if (!isForSameTypes(late, [...early.representations.keys()])) return false;
  for (const [type, { selections }] of early.representations) {
    if (!canCopy(late.representations.get(type)?.selections, selections)) return false;
  }
  return true;
}

/**
 * All objects that enter at an interface object are asked for the same fields, so those that a field's
 * requirements are known of and those that they are not known of must not meet in one fetch.
 */
export function isForSameTypes(late: FetchGroup, types: readonly string[]): boolean {
  const known = [...late.representations];
  if (known.every(([, { rewrite }]) => rewrite === undefined)) return true;
  return known.length === types.length && types.every((type) => late.representations.has(type));
}

function isSamePlace(left: FetchGroup, right: FetchGroup): boolean {
  return left.position === right.position;
}

/** Serial depth of each fetch: 1 for those that wait for nothing. */
export function depths(groups: Iterable<FetchGroup>): Map<FetchGroup, number> {
  const known = new Map<FetchGroup, number>();
  const depthOf = (group: FetchGroup): number => {
    let depth = known.get(group);
    if (depth === undefined) {
      depth = 1;
      for (const before of group.dependsOn) depth = Math.max(depth, depthOf(before) + 1);
      known.set(group, depth);
    }
    return depth;
  };
  for (const group of groups) depthOf(group);
  return known;
}

function deepens(groups: readonly FetchGroup[], early: FetchGroup, late: FetchGroup): boolean {
  const before = Math.max(...depths(groups).values());
  const dependents = groups.filter((group) => group.dependsOn.has(early));
  for (const group of dependents) group.dependsOn.add(late);
  const after = Math.max(...depths(groups).values());
  for (const group of dependents) group.dependsOn.delete(late);
  return after > before;
}

function absorb(late: FetchGroup, early: FetchGroup): void {
  for (const before of early.dependsOn) late.dependsOn.add(before);
  late.allow(early.conditions);
  for (const [type, tree] of early.trees) absorbTree(late.tree(type), tree);
  for (const [type, representation] of early.representations) {
    const known = late.representations.get(type);
    if (known === undefined) late.representations.set(type, representation);
    else mergeRequires(known.selections, representation.selections);
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
