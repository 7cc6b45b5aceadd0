import { relative } from "node:path";
import { fileURLToPath } from "node:url";

/** The part of the Chrome DevTools format that is read here; Bun writes one such file when the process ends. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
}

interface ProfileNode {
  readonly hitCount: number;
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

/** The same function reached by several ways counts as one. */
export function selfTimes(profile: CpuProfile): SelfTime[] {
  const hits = new Map<string, { functionName: string; place: string; count: number }>();
  let total = 0;
  for (const { hitCount, callFrame } of profile.nodes) {
    if (hitCount === 0) continue;
    const place = placeOf(callFrame);
    const functionName = callFrame.functionName || "(anonymous)";
    const key = `${functionName} ${place}`;
    const entry = hits.get(key) ?? { functionName, place, count: 0 };
    entry.count += hitCount;
    hits.set(key, entry);
    total += hitCount;
  }
  return [...hits.values()]
    .sort((left, right) => right.count - left.count)
    .map(({ functionName, place, count }) => ({ functionName, place, share: count / total }));
}

function placeOf({ url, lineNumber }: ProfileNode["callFrame"]): string {
  if (!url.startsWith("file:")) return url || "native";
  return `${relative(process.cwd(), fileURLToPath(url))}:${lineNumber + 1}`;
}
