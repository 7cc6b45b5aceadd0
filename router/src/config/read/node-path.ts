import type { Position } from "../problem.ts";
import { type ConfigNode, emptyMap, type ListNode, type MapEntry, type MapNode } from "./config-node.ts";

export function nodeAt(root: MapNode, path: readonly string[]): ConfigNode | undefined {
  return path.reduce<ConfigNode | undefined>(
    (node, key) => (node?.kind === "map" ? node.entries.get(key)?.node : undefined),
    root,
  );
}

/** Every node at a path in which `*` stands for any name. */
export function nodesAt(root: ConfigNode, [key, ...rest]: readonly string[]): ConfigNode[] {
  if (key === undefined) return [root];
  if (root.kind !== "map") return [];
  if (key === "*") return [...root.entries.values()].flatMap(({ node }) => nodesAt(node, rest));
  const node = root.entries.get(key)?.node;
  return node ? nodesAt(node, rest) : [];
}

export function takeEntry(root: MapNode, path: readonly string[]): MapEntry | undefined {
  const parent = nodeAt(root, path.slice(0, -1));
  const key = path.at(-1);
  if (parent?.kind !== "map" || key === undefined) {
    return undefined;
  }
  const entry = parent.entries.get(key);
  parent.entries.delete(key);
  return entry;
}

/** What stands at the new place already stays. */
export function putEntry(root: MapNode, path: readonly string[], entry: MapEntry): void {
  const key = path.at(-1);
  let parent = root;
  for (const step of path.slice(0, -1)) {
    let next = parent.entries.get(step);
    if (next === undefined) {
      next = { keyPosition: entry.keyPosition, node: emptyMap(entry.keyPosition) };
      parent.entries.set(step, next);
    }
    if (next.node.kind !== "map") {
      return;
    }
    parent = next.node;
  }
  if (key !== undefined && !parent.entries.has(key)) {
    parent.entries.set(key, entry);
  }
}

export function listAt(
  root: MapNode,
  path: readonly string[],
  position: Position | undefined,
): ListNode | undefined {
  putEntry(root, path, { keyPosition: position, node: { kind: "list", position, items: [] } });
  const node = nodeAt(root, path);
  return node?.kind === "list" ? node : undefined;
}
