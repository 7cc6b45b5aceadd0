import { closeSync, openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import type { Subprocess } from "bun";
import { processTree } from "./measure/process-usage.ts";

const STOP_TIMEOUT_MS = 5_000;
const OPEN_FILES_WANTED = 20_000;
const LOG_TAIL_BYTES = 2_000;

export interface Child extends AsyncDisposable {
  readonly pid: number;
  readonly logTail: () => string;
  readonly hasExited: () => boolean;
  readonly stop: () => Promise<void>;
}

export interface StartOptions {
  readonly command: readonly string[];
  readonly logPath: string;
  readonly environment?: Readonly<Record<string, string>>;
}

const running = new Set<Subprocess>();

/** Starts a process whose output goes to a file; it is ended with everything it started, whatever happens here. */
export function startProcess(options: StartOptions): Child {
  const log = openSync(options.logPath, "a");
  const subprocess = Bun.spawn(withOpenFiles(options.command), {
    env: { ...process.env, ...options.environment },
    stdin: "ignore",
    stdout: log,
    stderr: log,
  });
  closeSync(log);
  endWithThisProcess(subprocess);
  const stop = () => stopTree(subprocess);
  return {
    pid: subprocess.pid,
    logTail: () => readFileSync(options.logPath, "utf8").slice(-LOG_TAIL_BYTES),
    hasExited: () => subprocess.exitCode !== null || subprocess.signalCode !== null,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

export function endWithThisProcess(subprocess: Subprocess): void {
  running.add(subprocess);
  subprocess.exited.finally(() => running.delete(subprocess));
}

/** On Ctrl-C and on failure nothing that was started here stays behind. */
export function killChildrenOnExit(): void {
  process.on("exit", killAll);
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const) {
    process.on(signal, () => process.exit(code));
  }
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return address.port;
}

/** `exec` keeps the process id; many connections need more open files than some shells allow. */
export function withOpenFiles(command: readonly string[]): string[] {
  return ["sh", "-c", `ulimit -n ${OPEN_FILES_WANTED} 2>/dev/null; exec "$@"`, "sh", ...command];
}

async function stopTree(subprocess: Subprocess): Promise<void> {
  const tree = processTree(subprocess.pid);
  subprocess.kill("SIGTERM");
  await Promise.race([subprocess.exited, Bun.sleep(STOP_TIMEOUT_MS)]);
  for (const pid of tree) kill(pid);
  await subprocess.exited;
}

function killAll(): void {
  for (const subprocess of running) for (const pid of processTree(subprocess.pid)) kill(pid);
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // Ended already.
  }
}
