import { Link, type Message, type Question, type Reply } from "./link.ts";

export interface WorkerOptions {
  index: number;
  /** How this same program is started. */
  command: readonly string[];
  environment: Readonly<Record<string, string | undefined>>;
  /** Answers what a worker asks about all of them. */
  answer(question: Question): Promise<Reply | undefined>;
}

/** By this variable a process knows that it is a worker, and which. */
export const workerVariable = "MYCELIUM_WORKER";

/** A worker, seen from its parent. */
export class WorkerProcess {
  /** Resolves to the exit code. */
  readonly exited: Promise<number>;
  /** Resolves to whether it came to serve. */
  readonly started: Promise<boolean>;
  readonly startedMs = performance.now();
  isServing = false;
  private readonly child: Bun.Subprocess;
  private readonly link: Link;

  constructor({ command, environment, index, answer }: WorkerOptions) {
    let serving = () => {};
    const served = new Promise<boolean>((resolve) => {
      serving = () => {
        this.isServing = true;
        resolve(true);
      };
    });
    this.link = new Link({ send: (message) => this.child.send(message), answer });
    this.child = Bun.spawn([...command], {
      env: { ...environment, [workerVariable]: String(index) },
      stdin: "ignore",
      stdout: "inherit",
      stderr: "inherit",
      serialization: "json",
      // The cast holds: what speaks on this channel is this same program.
      ipc: (message) => this.receive(message as Message, serving),
    });
    this.exited = this.child.exited.then((code) => {
      this.isServing = false;
      this.link.close();
      return code;
    });
    this.started = Promise.race([served, this.exited.then(() => false)]);
  }

  ask(question: Question, timeoutMs: number): Promise<Reply | undefined> {
    return this.isServing ? this.link.ask(question, timeoutMs) : Promise.resolve(undefined);
  }

  stop(reason: string): void {
    const message: Message = { kind: "stop", reason };
    if (this.child.exitCode === null) this.child.send(message);
  }

  kill(): void {
    this.child.kill("SIGKILL");
  }

  private receive(message: Message, serving: () => void): void {
    if (message.kind === "serving") serving();
    else this.link.receive(message);
  }
}
