import { fileURLToPath } from "node:url";

const BEFORE_SOURCES = /^.*\/(?=(router|node_modules)\/)/;

/** The part of the Chrome DevTools format that is read here; Bun writes one such file when the process ends. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
}

interface ProfileNode {
  readonly id: number;
  readonly hitCount: number;
  readonly children?: readonly number[];
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
}

export interface SelfTime {
  readonly functionName: string;
  readonly place: string;
  readonly share: number;
}

export async function readProfile(directory: string): Promise<CpuProfile> {
  const names = [...new Bun.Glob("*.cpuprofile").scanSync(directory)].sort();
  const newest = names.at(-1);
  if (newest === undefined)
    throw new Error("no profile was written: did the router end by itself on SIGTERM?");
  return (await Bun.file(`${directory}/${newest}`).json()) as CpuProfile;
}

/** The same function reached by several ways counts as one; a native function counts by who called it. */
export function selfTimes({ nodes }: CpuProfile): SelfTime[] {
  const parents = new Map(
    nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node] as const)),
  );
  const hits = new Map<string, { functionName: string; place: string; count: number }>();
  let total = 0;
  for (const node of nodes) {
    if (node.hitCount === 0) continue;
    const functionName = node.callFrame.functionName || "(anonymous)";
    const place = placeOf(node) ?? callerOf(node, parents);
    const key = `${functionName} ${place}`;
    const entry = hits.get(key) ?? { functionName, place, count: 0 };
    entry.count += node.hitCount;
    hits.set(key, entry);
    total += node.hitCount;
  }
  return [...hits.values()]
    .sort((left, right) => right.count - left.count)
    .map(({ functionName, place, count }) => ({ functionName, place, share: count / total }));
}

function callerOf(node: ProfileNode, parents: ReadonlyMap<number, ProfileNode>): string {
  for (let caller = parents.get(node.id); caller !== undefined; caller = parents.get(caller.id)) {
    const place = placeOf(caller);
    if (place !== undefined) return `native, from ${caller.callFrame.functionName || "(anonymous)"} ${place}`;
  }
  return "native, from the event loop";
}

function placeOf({ callFrame: { url, lineNumber } }: ProfileNode): string | undefined {
  if (!url.startsWith("file:")) return url === "" ? undefined : url;
  return `${fileURLToPath(url).replace(BEFORE_SOURCES, "")}:${lineNumber + 1}`;
}
