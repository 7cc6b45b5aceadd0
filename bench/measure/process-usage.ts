import { readdirSync, readFileSync } from "node:fs";

/** Linux counts process times in ticks of 10 ms on every architecture (USER_HZ). */
const TICK_MS = 10;
const KB_PER_MB = 1024;

export interface MemoryUsage {
  readonly residentMb: number;
  readonly residentPeakMb: number;
}

/** CPU time of a process and of all that it started, children that have ended included. */
export function cpuTimeMs(pid: number): number {
  return sumOverTree(pid, (member) => cpuTicks(readProcFile(member, "stat"))) * TICK_MS;
}

export function memoryUsage(pid: number): MemoryUsage {
  return {
    residentMb: sumOverTree(pid, (member) => statusKb(readProcFile(member, "status"), "VmRSS")) / KB_PER_MB,
    residentPeakMb:
      sumOverTree(pid, (member) => statusKb(readProcFile(member, "status"), "VmHWM")) / KB_PER_MB,
  };
}

/** The process first, then its descendants. */
export function processTree(pid: number): number[] {
  const tree = [pid];
  for (const member of tree) tree.push(...childrenOf(member));
  return tree;
}

/** The fields after the command name, which may itself hold spaces and brackets: see proc_pid_stat(5). */
export function cpuTicks(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [userTime, systemTime, childUserTime, childSystemTime] = fields.slice(11, 15).map(Number);
  return (userTime ?? 0) + (systemTime ?? 0) + (childUserTime ?? 0) + (childSystemTime ?? 0);
}

export function statusKb(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1] ?? 0);
}

function sumOverTree(pid: number, measure: (member: number) => number): number {
  return processTree(pid).reduce((sum, member) => sum + measure(member), 0);
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" ").filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

function readProcFile(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return "";
  }
}
