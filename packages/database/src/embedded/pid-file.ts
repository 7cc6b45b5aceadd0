import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

export interface PidFile {
  pid: number;
  port: number;
  /** `ready` once the server takes connections. */
  status: string;
}

/** https://www.postgresql.org/docs/18/storage-file-layout.html: postmaster.pid, one value a line. */
export function readPidFile(dataFolder: string): PidFile | undefined {
  try {
    const lines = readFileSync(join(dataFolder, "postmaster.pid"), "utf8").split("\n");
    const pid = Math.abs(Number(lines[0]));
    if (!Number.isInteger(pid) || pid === 0) return undefined;
    return { pid, port: Number(lines[3]), status: (lines[7] ?? "").trim() };
  } catch {
    return undefined;
  }
}

/** A pid is given again after a restart of the machine or the container: only a Postgres holds the folder. */
export function holdsFolder({ pid }: PidFile): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  return commandOf(pid).includes("postgres");
}

export function removePidFile(dataFolder: string): void {
  rmSync(join(dataFolder, "postmaster.pid"), { force: true });
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return String(spawnSync("ps", ["-o", "command=", "-p", String(pid)]).stdout ?? "");
  }
}
