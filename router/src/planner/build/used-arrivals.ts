import type { Jump, Solution } from "../search/solution.ts";

const known = new WeakMap<Solution, ReadonlySet<number>>();

/** The arrivals that a solution asks for anything. */
export function usedArrivals(solution: Solution): ReadonlySet<number> {
  let used = known.get(solution);
  if (used === undefined) {
    used = findUsedArrivals(solution);
    known.set(solution, used);
  }
  return used;
}

function findUsedArrivals(solution: Solution): ReadonlySet<number> {
  if (solution.placements === undefined) return new Set([0]);
  const used = new Set<number>();
  for (const { sources } of solution.placements) {
    for (const source of sources) {
      if (source.kind === "local") used.add(source.source.arrival);
      else addJump(used, source.jump);
    }
  }
  if (solution.typed !== undefined) addJump(used, solution.typed.jump);
  for (const context of solution.contexts) for (const index of usedArrivals(context)) used.add(index);
  return used;
}

function addJump(used: Set<number>, jump: Jump): void {
  for (const { keySolution, requires } of jump.steps) {
    for (const index of usedArrivals(keySolution)) used.add(index);
    if (requires === undefined) continue;
    for (const index of usedArrivals(requires.solution)) used.add(index);
  }
}
