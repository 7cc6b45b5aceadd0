import { join } from "node:path";
import { endWithThisProcess, withOpenFiles } from "../process.ts";

const REQUEST_TIMEOUT_SECONDS = 30;
const GRACE_SECONDS = REQUEST_TIMEOUT_SECONDS + 15;

export interface LoadOptions {
  readonly url: string;
  readonly bodiesPath: string;
  readonly connections: number;
  readonly seconds: number;
  /** No nonce at or below this one is sent again within a run. */
  readonly nonceStart: number;
}

export interface LoadResult {
  readonly requests: number;
  readonly durationMs: number;
  readonly bytes: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly failedStatus: number;
  readonly failedSocket: number;
  readonly timedOut: number;
}

export async function runWrk(options: LoadOptions): Promise<LoadResult> {
  const command = withOpenFiles([
    "wrk",
    "--threads=1",
    `--connections=${options.connections}`,
    `--duration=${options.seconds}s`,
    `--timeout=${REQUEST_TIMEOUT_SECONDS}s`,
    `--script=${join(import.meta.dirname, "load.lua")}`,
    options.url,
    options.bodiesPath,
    String(options.nonceStart),
  ]);
  const wrk = Bun.spawn(command, {
    stdout: "pipe",
    stderr: "pipe",
    timeout: (options.seconds + GRACE_SECONDS) * 1000,
  });
  endWithThisProcess(wrk);
  const [output, complaint] = await Promise.all([wrk.stdout.text(), wrk.stderr.text(), wrk.exited]);
  const figures = output.split("\n").find((line) => line.startsWith("{"));
  if (figures === undefined) throw new Error(`wrk gave no figures: ${complaint || output}`);
  return JSON.parse(figures) as LoadResult;
}
