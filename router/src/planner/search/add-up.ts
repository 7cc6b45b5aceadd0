import { type Jump, type Placement, weightOf } from "./solution.ts";

/** What placements open together, each fetch once. */
export function addUp(placements: readonly Placement[]): {
  opened: Map<string, number>;
  nestedFetches: number;
  depth: number;
} {
  const opened = new Map<string, number>();
  const seen = new Set<Jump>();
  const prerequisites = new Set<string>();
  let nestedFetches = 0;
  let depth = 0;
  for (const { sources, child } of placements) {
    let reached = 0;
    for (const source of sources) {
      if (source.kind !== "jump") continue;
      reached = Math.max(reached, source.jump.depth);
      if (seen.has(source.jump)) continue;
      seen.add(source.jump);
      for (const [name, weight] of source.jump.opened) {
        opened.set(name, weight);
        if (name !== source.jump.openKey) prerequisites.add(name);
      }
      nestedFetches += source.jump.nestedFetches;
    }
    nestedFetches += child === undefined ? 0 : weightOf(child.opened) + child.nestedFetches;
    depth = Math.max(depth, reached + (child?.depth ?? 0));
  }
  if (opened.size < 2) return { opened, nestedFetches, depth };
  for (const name of [...opened.keys()]) {
    if (opened.has(`${name}!`) && !prerequisites.has(name)) opened.delete(name);
  }
  return { opened, nestedFetches, depth };
}
