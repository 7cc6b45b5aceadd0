import { join } from "node:path";
import { type Child, freePort, startProcess } from "../process.ts";
import type { Contender } from "./contender.ts";

const START_TIMEOUT_MS = 60_000;
const POLL_INTERVAL_MS = 2;

export interface RunningRouter extends AsyncDisposable {
  readonly name: string;
  readonly url: string;
  readonly pid: number;
  readonly logTail: () => string;
  readonly hasExited: () => boolean;
  /** From the start of the process to its first correct answer. */
  readonly firstAnswerMs: number;
}

export interface StartRouterOptions {
  readonly contender: Contender;
  readonly workspace: string;
  readonly supergraphPath: string;
  readonly deduplicate: boolean;
  readonly isAnswering: (url: string) => Promise<boolean>;
}

export async function startRouter(options: StartRouterOptions): Promise<RunningRouter> {
  const { contender, workspace, isAnswering } = options;
  const port = await freePort();
  const configPath = join(workspace, `${contender.name}-${port}.yaml`);
  const { supergraphPath, deduplicate } = options;
  const { command, environment, url } = await contender.launch({
    supergraphPath,
    configPath,
    port,
    deduplicate,
  });
  const logPath = join(workspace, `${contender.name}-${port}.log`);
  const startedAt = performance.now();
  const child = startProcess({ command, environment, logPath });
  await waitForAnswer({ name: contender.name, child, isAnswering: () => isAnswering(url) });
  const firstAnswerMs = performance.now() - startedAt;
  return {
    name: contender.name,
    url,
    pid: child.pid,
    logTail: child.logTail,
    hasExited: child.hasExited,
    firstAnswerMs,
    [Symbol.asyncDispose]: child.stop,
  };
}

interface WaitOptions {
  readonly name: string;
  readonly child: Child;
  readonly isAnswering: () => Promise<boolean>;
}

async function waitForAnswer({ name, child, isAnswering }: WaitOptions): Promise<void> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (!(await isAnswering())) {
    if (child.hasExited() || performance.now() > deadline) {
      const logTail = child.logTail();
      await child.stop();
      throw new Error(`${name} gave no correct answer after its start:\n${logTail}`);
    }
    await Bun.sleep(POLL_INTERVAL_MS);
  }
}
