import { pino } from "pino";
import type { LogDestination } from "./create-logger.ts";

const waitingBytesMax = 1_048_576;

export interface StandardOutput extends LogDestination {
  flush(): void;
  readonly droppedLines: number;
}

/** Never waits for the reader: what a slow one leaves lying beyond 1 MB is dropped and counted. */
export function openStandardOutput(): StandardOutput {
  const stream = pino.destination({ fd: 1, sync: false, maxLength: waitingBytesMax });
  let droppedLines = 0;
  stream.on("drop", () => droppedLines++);
  // A closed reader must not end the router.
  stream.on("error", () => {});
  const flush = (): void => {
    try {
      stream.flushSync();
    } catch {
      // Nothing was opened, or nobody reads: there is no place left to say so.
    }
  };
  process.once("exit", flush);
  return {
    write: (line) => void stream.write(line),
    flush,
    get droppedLines() {
      return droppedLines;
    },
  };
}
