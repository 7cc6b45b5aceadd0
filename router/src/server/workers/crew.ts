import type { Logger } from "pino";
import type { Question, Reply } from "./link.ts";
import { MergedMetrics } from "./merge-metrics.ts";
import { type WorkerOptions, WorkerProcess } from "./worker-process.ts";

export interface CrewOptions extends Pick<WorkerOptions, "command"> {
  size: number;
  /** Called for each process that is started. */
  environmentOf(): WorkerOptions["environment"];
  logger: Logger;
  restarts?: RestartBounds;
}

export interface RestartBounds {
  firstDelayMs: number;
  delayMsMax: number;
  /** A worker that has lived this long is not said to be failing. */
  livedWellMs: number;
  /** While no worker serves: so many failures in a row, and the whole router gives up. */
  failuresMax: number;
}

const restartBounds: RestartBounds = {
  firstDelayMs: 100,
  delayMsMax: 10_000,
  livedWellMs: 10_000,
  failuresMax: 6,
};

const askTimeoutMs = 2_000;
const reloadTimeoutMs = 60_000;

/** The workers of a parent: starts them, starts them again, and asks them all. */
export class Crew {
  /** Resolves when no worker can be kept alive. */
  readonly gaveUp: Promise<void>;
  private readonly workers: (WorkerProcess | undefined)[];
  private readonly metrics = new MergedMetrics();
  private giveUp = () => {};
  private isStopping = false;

  constructor(private readonly options: CrewOptions) {
    this.workers = new Array(options.size).fill(undefined);
    this.gaveUp = new Promise((resolve) => {
      this.giveUp = resolve;
    });
  }

  /** The first alone, since what stops one stops all: then its exit code is the answer. */
  async start(): Promise<number | undefined> {
    const first = this.spawn(0);
    if (!(await first.started)) return await first.exited;
    void this.keepAlive(0, first);
    const others = Array.from({ length: this.options.size - 1 }, (_, index) => this.spawn(index + 1));
    others.forEach((worker, index) => void this.keepAlive(index + 1, worker));
    await Promise.all(others.map(({ started }) => started));
    return undefined;
  }

  /** One worker tries the new files; only if they are good the others follow. */
  async reload(): Promise<boolean> {
    const [first, ...others] = this.workers.filter((worker) => worker?.isServing);
    if ((await first?.ask("reload", reloadTimeoutMs)) !== true) return false;
    const replies = await Promise.all(others.map((worker) => worker?.ask("reload", reloadTimeoutMs)));
    return replies.every((reply) => reply === true);
  }

  /** Resolves to whether every worker ended well. */
  async stop(reason: string): Promise<boolean> {
    this.isStopping = true;
    const running = this.workers.filter((worker) => worker !== undefined);
    for (const worker of running) worker.stop(reason);
    const codes = await Promise.all(running.map(({ exited }) => exited));
    return codes.every((code) => code === 0);
  }

  kill(): void {
    this.isStopping = true;
    for (const worker of this.workers) worker?.kill();
  }

  private spawn(index: number): WorkerProcess {
    const { command, environmentOf } = this.options;
    const worker = new WorkerProcess({
      index,
      command,
      environment: environmentOf(),
      answer: (question) => this.answer(question),
    });
    this.workers[index] = worker;
    return worker;
  }

  private async keepAlive(index: number, first: WorkerProcess): Promise<void> {
    const bounds = this.options.restarts ?? restartBounds;
    let worker = first;
    for (let failures = 1; ; failures++) {
      const code = await worker.exited;
      this.workers[index] = undefined;
      this.metrics.leave(index);
      if (this.isStopping) return;
      if (performance.now() - worker.startedMs > bounds.livedWellMs) failures = 1;
      if (failures > bounds.failuresMax && !this.workers.some((other) => other?.isServing)) {
        return this.giveUp();
      }
      const delayMs = Math.min(bounds.firstDelayMs * 2 ** (failures - 1), bounds.delayMsMax);
      this.options.logger.error({ worker: index, code, delayMs }, "a worker has died and is started again");
      await Bun.sleep(delayMs);
      if (this.isStopping) return;
      worker = this.spawn(index);
    }
  }

  private async answer(question: Question): Promise<Reply | undefined> {
    if (question === "ready") return this.isReady();
    return question === "metrics" ? this.collectMetrics() : undefined;
  }

  private async isReady(): Promise<boolean> {
    const replies = await Promise.all(this.workers.map((worker) => worker?.ask("ready", askTimeoutMs)));
    return !this.isStopping && replies.every((reply) => reply === true);
  }

  private async collectMetrics(): Promise<string> {
    const collecting = this.workers.map(async (worker, index) => {
      const text = await worker?.ask("metrics", askTimeoutMs);
      if (typeof text === "string") this.metrics.update(index, text);
    });
    await Promise.all(collecting);
    return this.metrics.render();
  }
}
