import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

/** How many processors this process may keep busy: those of the machine, or what a container is granted of them. */
export function usableProcessors(readFile: ReadFile = readWhereItIs): number {
  return Math.max(1, Math.min(availableParallelism(), Math.floor(grantedProcessors(readFile))));
}

type ReadFile = (path: string) => string | undefined;

/** https://docs.kernel.org/admin-guide/cgroup-v2.html#cpu-interface-files */
function grantedProcessors(readFile: ReadFile): number {
  const group = readFile("/proc/self/cgroup")?.match(/^0::(.*)$/m)?.[1];
  if (group === undefined) return Number.POSITIVE_INFINITY;
  const [quota, period] = (readFile(`/sys/fs/cgroup${group}/cpu.max`) ?? "max").trim().split(" ").map(Number);
  const granted = quota! / period!;
  return Number.isNaN(granted) ? Number.POSITIVE_INFINITY : granted;
}

function readWhereItIs(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
