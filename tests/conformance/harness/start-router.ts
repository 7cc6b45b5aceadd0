import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

export type Engine = "mycelium" | "apollo";

export interface StartOptions {
  engine: Engine;
  supergraphPath: string;
  configPath: string;
  /** Where the configuration makes the router answer `/health`. */
  healthUrl: string;
  flags?: readonly string[];
}

export interface RouterProcess extends AsyncDisposable {
  readonly pid: number;
  /** Everything written to stdout and stderr so far. */
  log(): string;
  signal(name: NodeJS.Signals): void;
  stop(): Promise<void>;
}

const startTimeoutMs = 15_000;
const stopTimeoutMs = 5_000;
const logCharactersMax = 200_000;

/** Starts a real router process and waits until it calls itself ready. */
export async function startRouter(options: StartOptions): Promise<RouterProcess> {
  const child = Bun.spawn(
    [
      routerPath(options.engine),
      ...["--supergraph", options.supergraphPath],
      ...["--config", options.configPath],
      ...(options.flags ?? []),
    ],
    { stdout: "pipe", stderr: "pipe", env: routerEnvironment() },
  );
  let output = "";
  const keep = (text: string) => {
    output = (output + text).slice(-logCharactersMax);
  };
  void drain(child.stdout, keep);
  void drain(child.stderr, keep);
  const stop = async () => {
    child.kill("SIGTERM");
    const forced = setTimeout(() => child.kill("SIGKILL"), stopTimeoutMs);
    await child.exited;
    clearTimeout(forced);
  };
  if (!(await becomesReady(options.healthUrl, () => child.exitCode !== null))) {
    await stop();
    throw new Error(`The ${options.engine} router did not start:\n${output}`);
  }
  return {
    pid: child.pid,
    log: () => output,
    signal: (name) => child.kill(name),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

export function routerPath(engine: Engine): string {
  if (engine === "mycelium") return join(import.meta.dir, "../../../router/bin/router");
  const peers = process.env.MYCELIUM_PEERS ?? join(homedir(), ".cache/mycelium/peers");
  return join(peers, "bin/router");
}

export function isInstalled(engine: Engine): boolean {
  return existsSync(routerPath(engine));
}

export function routerEnvironment(): Record<string, string | undefined> {
  return { ...process.env, APOLLO_TELEMETRY_DISABLED: "true", NO_COLOR: "1" };
}

/** A port that was free a moment ago. Both engines take a fixed one; neither tells port 0 in the same way. */
export function freePort(): number {
  const probe = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const { port } = probe;
  probe.stop(true);
  return port;
}

async function becomesReady(healthUrl: string, hasExited: () => boolean): Promise<boolean> {
  const deadlineMs = performance.now() + startTimeoutMs;
  while (performance.now() < deadlineMs && !hasExited()) {
    const answer = await fetch(`${healthUrl}?ready`).catch(() => undefined);
    if (answer?.ok) return true;
    await Bun.sleep(20);
  }
  return false;
}

async function drain(stream: ReadableStream<Uint8Array>, keep: (text: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  for await (const chunk of stream) keep(decoder.decode(chunk, { stream: true }));
}
