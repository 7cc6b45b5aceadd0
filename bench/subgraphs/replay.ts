import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { peersPath } from "../peers.ts";

const PORT_WAIT_MS = 5_000;

export interface ReplayCounters {
  readonly replayed: number;
  readonly passedOn: number;
}

export interface Replay extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  readonly counters: () => Promise<ReplayCounters>;
}

/** Starts the native program that stands in for all subgraphs of a graph: see replay.rs. */
export async function startReplay(originAddress: string): Promise<Replay> {
  const child = Bun.spawn([await buildReplay(), originAddress], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
  });
  const timer = setTimeout(() => child.kill(), PORT_WAIT_MS);
  const { value } = await child.stdout.getReader().read();
  clearTimeout(timer);
  if (value === undefined) throw new Error("the replayed subgraphs did not start");
  const url = `http://127.0.0.1:${new TextDecoder().decode(value).trim()}`;
  return {
    url,
    pid: child.pid,
    counters: async () => (await (await fetch(`${url}/`)).json()) as ReplayCounters,
    [Symbol.asyncDispose]: async () => {
      child.kill();
      await child.exited;
    },
  };
}

/** Built once for each state of its source, beside the peers: they need the same tool chain. */
async function buildReplay(): Promise<string> {
  const sourcePath = join(import.meta.dirname, "replay.rs");
  const sourceHash = Bun.hash(await Bun.file(sourcePath).bytes()).toString(16);
  const binaryPath = join(peersPath, "bin", `replay-${sourceHash}`);
  if (existsSync(binaryPath)) return binaryPath;
  mkdirSync(join(peersPath, "bin"), { recursive: true });
  const build = Bun.spawn(["rustc", "--edition=2021", "-Copt-level=3", "-o", binaryPath, sourcePath], {
    stdout: "inherit",
    stderr: "inherit",
  });
  if ((await build.exited) !== 0) throw new Error("rustc could not build bench/subgraphs/replay.rs");
  return binaryPath;
}
