import type { Part } from "../defer/part.ts";
import { groupBy } from "../group-by.ts";
import type { DeferredNode, PlanNode } from "../plan.ts";
import type { FetchGroup } from "./fetch-group.ts";

export interface LaterFetches {
  groups: readonly FetchGroup[];
  arrange(groups: readonly FetchGroup[]): PlanNode;
}

/** Fetches that a later part waits for get their names before any is printed. */
export function nameAwaited(groups: readonly FetchGroup[]): void {
  let count = 0;
  for (const group of groups) {
    for (const before of group.dependsOn) if (before.part !== group.part) before.awaitedAs ??= `${count++}`;
  }
}

/** The plan of a part: its own fetches, and beside them the parts that it puts off. */
export function assemblePart(
  part: Part,
  own: PlanNode | undefined,
  later: LaterFetches,
): PlanNode | undefined {
  if (part.inner.length === 0) return own;
  const groupsOf = groupBy(later.groups, (group) => group.part);
  const primary = {
    ...(part.subselection !== undefined && { subselection: part.subselection }),
    ...(own !== undefined && { node: own }),
  };
  const deferred = part.inner.map((inner): DeferredNode => {
    const groups = groupsOf.get(inner) ?? [];
    const node = assemblePart(inner, groups.length === 0 ? undefined : later.arrange(groups), later);
    const subselection = inner.inner.length === 0 ? inner.subselection : undefined;
    return {
      depends: awaitedBy(groups).map((id) => ({ id })),
      ...(inner.label !== undefined && { label: inner.label }),
      queryPath: [...inner.queryPath],
      ...(subselection !== undefined && { subselection }),
      ...(node !== undefined && { node }),
    };
  });
  return { kind: "Defer", primary, deferred };
}

function awaitedBy(groups: readonly FetchGroup[]): string[] {
  const names = new Set<string>();
  for (const group of groups) {
    for (const before of group.dependsOn)
      if (before.part !== group.part && before.awaitedAs !== undefined) names.add(before.awaitedAs);
  }
  return [...names].sort((left, right) => Number(left) - Number(right));
}
