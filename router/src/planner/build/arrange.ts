import type { PlanNode } from "../plan.ts";
import { combineNodes } from "./conditions.ts";

/** A step of the plan, possibly several fetches sent as one, and the steps it waits for. */
export interface Step {
  node: PlanNode;
  dependsOn: Set<Step>;
}

/** Orders steps so that each runs as early as nested sequences and parallels allow. */
export function arrange(steps: ReadonlySet<Step>): PlanNode {
  if (steps.size === 1) for (const { node } of steps) return node;
  const roots = [...steps].filter((step) => !dependsWithin(step, steps));
  // All that wait for anything wait in the end for a root: for the only one, they are one part.
  const parts = roots.length === 1 ? [steps] : connectedParts(steps);
  if (parts.length > 1) return combineNodes("Parallel", parts.map(arrange));
  if (roots.length === 1) {
    const [root] = roots;
    return combineNodes("Sequence", [root!.node, arrange(without(steps, new Set(roots)))]);
  }
  const nested = splitAtBarrier(steps, roots);
  const layers = layersOf(steps);
  if (serialDepth(nested) <= layers.length) return nested;
  return combineNodes(
    "Sequence",
    layers.map((layer) =>
      combineNodes(
        "Parallel",
        layer.map(({ node }) => node),
      ),
    ),
  );
}

function splitAtBarrier(steps: ReadonlySet<Step>, roots: readonly Step[]): PlanNode {
  const first = beforeBarrier(steps, roots);
  return combineNodes("Sequence", [arrange(first), arrange(without(steps, first))]);
}

/** Steps by the number of steps before them: no deeper than needed, but each layer waits for all of the last. */
function layersOf(steps: ReadonlySet<Step>): Step[][] {
  const depthOf = new Map<Step, number>();
  const layers: Step[][] = [];
  for (const step of inOrder(steps)) {
    let depth = 0;
    for (const before of step.dependsOn) depth = Math.max(depth, (depthOf.get(before) ?? -1) + 1);
    depthOf.set(step, depth);
    const layer = layers[depth];
    if (layer === undefined) layers[depth] = [step];
    else layer.push(step);
  }
  return layers;
}

function serialDepth(node: PlanNode): number {
  switch (node.kind) {
    case "Sequence":
      return node.nodes.reduce((sum, inner) => sum + serialDepth(inner), 0);
    case "Parallel":
      return Math.max(...node.nodes.map(serialDepth));
    case "Condition":
      return serialDepth((node.ifClause ?? node.elseClause)!);
    default:
      return 1;
  }
}

function dependsWithin(step: Step, steps: ReadonlySet<Step>): boolean {
  for (const before of step.dependsOn) if (steps.has(before)) return true;
  return false;
}

function without(steps: ReadonlySet<Step>, removed: ReadonlySet<Step>): Set<Step> {
  return new Set([...steps].filter((step) => !removed.has(step)));
}

function connectedParts(steps: ReadonlySet<Step>): Set<Step>[] {
  const partOf = new Map<Step, Set<Step>>();
  for (const step of steps) {
    let part = partOf.get(step) ?? new Set([step]);
    for (const before of step.dependsOn) {
      if (!steps.has(before)) continue;
      const other = partOf.get(before) ?? new Set([before]);
      if (other === part) continue;
      const [small, large] = other.size < part.size ? [other, part] : [part, other];
      for (const member of small) {
        large.add(member);
        partOf.set(member, large);
      }
      part = large;
      partOf.set(before, part);
    }
    part.add(step);
    partOf.set(step, part);
  }
  return [...new Set(partOf.values())];
}

/**
 * Several roots with common successors cannot be nested: a barrier comes first. Before it stand the steps that
 * what is shared needs, and chains of a single root that take no longer than those.
 */
function beforeBarrier(steps: ReadonlySet<Step>, roots: readonly Step[]): Set<Step> {
  const rootsOf = new Map<Step, Set<Step>>();
  const ordered = inOrder(steps);
  for (const step of ordered) {
    const own = new Set<Step>(roots.includes(step) ? [step] : []);
    for (const before of step.dependsOn) for (const root of rootsOf.get(before) ?? []) own.add(root);
    rootsOf.set(step, own);
  }
  const first = new Set<Step>();
  const need = (step: Step): void => {
    if (!steps.has(step) || first.has(step)) return;
    first.add(step);
    for (const before of step.dependsOn) need(before);
  };
  for (const root of roots) need(root);
  for (const step of ordered) {
    if (rootsOf.get(step)!.size < 2) continue;
    for (const before of step.dependsOn) if ((rootsOf.get(before)?.size ?? 0) === 1) need(before);
  }
  addChainsThatFit(ordered, rootsOf, first);
  return first;
}

function addChainsThatFit(
  ordered: readonly Step[],
  rootsOf: ReadonlyMap<Step, ReadonlySet<Step>>,
  first: Set<Step>,
): void {
  const depth = new Map<Step, number>();
  for (const step of ordered) {
    depth.set(step, 1 + Math.max(0, ...[...step.dependsOn].map((before) => depth.get(before) ?? 0)));
  }
  const barrier = Math.max(...[...first].map((step) => depth.get(step)!));
  for (const step of ordered) {
    const isReady = [...step.dependsOn].every((before) => first.has(before) || !rootsOf.has(before));
    if (rootsOf.get(step)!.size === 1 && isReady && depth.get(step)! <= barrier) first.add(step);
  }
}

function inOrder(steps: ReadonlySet<Step>): Step[] {
  const ordered = new Set<Step>();
  const visit = (step: Step): void => {
    if (!steps.has(step) || ordered.has(step)) return;
    for (const before of step.dependsOn) visit(before);
    ordered.add(step);
  };
  for (const step of steps) visit(step);
  return [...ordered];
}
