import type { RunningRouter } from "../routers/running-router.ts";
import { cpuTimeMs } from "./process-usage.ts";
import type { Round } from "./results.ts";
import type { TestBed } from "./test-bed.ts";
import { type LoadOptions, runWrk } from "./wrk.ts";

const SETTLE_MS = 100;
/** An answer with errors is much shorter than the one that was checked. */
const ANSWER_BYTES_SHARE_MIN = 0.98;

export async function measureRound(options: {
  readonly load: LoadOptions;
  readonly router: RunningRouter;
  readonly answerBytes: number;
  readonly bed: TestBed;
}): Promise<Round> {
  const { load, router, answerBytes, bed } = options;
  const before = await readUsage(router, bed);
  const { requests, bytes, durationMs, p50Ms, p99Ms, ...failed } = await runWrk(load);
  await Bun.sleep(SETTLE_MS);
  const after = await readUsage(router, bed);
  if (requests === 0)
    throw new Error(`${router.name} answered nothing in ${load.seconds} s:\n${router.logTail()}`);
  if (bytes / requests < answerBytes * ANSWER_BYTES_SHARE_MIN) {
    throw new Error(
      `${router.name} gave ${bytes / requests} bytes a request under load, ${answerBytes} when checked`,
    );
  }
  if (after.passedOn > before.passedOn) {
    console.error(
      `  ${router.name}: ${after.passedOn - before.passedOn} subgraph requests were new and answered slowly`,
    );
  }
  return {
    requestsPerSecond: (requests / durationMs) * 1000,
    p50Ms,
    p99Ms,
    cpuMsPerRequest: (after.routerCpuMs - before.routerCpuMs) / requests,
    subgraphCpuMsPerRequest: (after.subgraphCpuMs - before.subgraphCpuMs) / requests,
    fetchesPerRequest: (after.replayed + after.passedOn - before.replayed - before.passedOn) / requests,
    requests,
    failures: failed.failedStatus + failed.failedSocket + failed.timedOut,
  };
}

async function readUsage(router: RunningRouter, { replay }: TestBed) {
  return {
    routerCpuMs: cpuTimeMs(router.pid),
    subgraphCpuMs: cpuTimeMs(replay.pid),
    ...(await replay.counters()),
  };
}
