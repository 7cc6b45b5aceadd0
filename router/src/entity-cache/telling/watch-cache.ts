import type { Logger } from "pino";
import type { ProcessMeters } from "../../telemetry/observer.ts";
import type { CacheMemory } from "../cache-memory.ts";
import type { Ghost } from "./ghost.ts";

export interface Watched {
  memory: CacheMemory;
  ghost: Ghost | undefined;
  meters: ProcessMeters;
  logger: Logger;
  nowMs(): number;
}

/** Shows what is kept; and, while it only observes, says now and then what keeping would bring. */
export function watchCache({ memory: { store }, ghost, meters, logger, nowMs }: Watched): () => void {
  const stopMeters = meters.watchCache("response cache", "memory", () => ({
    entries: store.size,
    bytes: store.bytes,
  }));
  if (!ghost) return stopMeters;
  const stopGhost = meters.watchGhost(() => ghost.figures(nowMs()));
  const timer = setInterval(() => {
    for (const figures of ghost.figures(nowMs())) logger.info(figures, "caching would bring");
  }, reportEveryMs);
  timer.unref();
  return () => {
    stopMeters();
    stopGhost();
    clearInterval(timer);
  };
}

const reportEveryMs = 5 * 60_000;
