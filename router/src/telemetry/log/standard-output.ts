import { pino } from "pino";
import type { LogDestination } from "./create-logger.ts";

const waitingBytesMax = 1_048_576;

export interface StandardOutput extends LogDestination {
  /** Resolves when everything is written. A reader that stands still keeps it waiting. */
  flush(): Promise<void>;
  readonly droppedLines: number;
}

/** Never waits for the reader: what a slow one leaves lying beyond 1 MB is dropped and counted. */
export function openStandardOutput(): StandardOutput {
  const stream = pino.destination({ fd: 1, sync: false, maxLength: waitingBytesMax });
  let droppedLines = 0;
  let isIdle = true;
  stream.on("drain", () => {
    isIdle = true;
  });
  stream.on("drop", () => droppedLines++);
  // A closed reader must not end the router.
  stream.on("error", () => {});
  process.once("exit", () => writeRest(stream));
  return {
    write(line) {
      isIdle = false;
      stream.write(line);
    },
    async flush() {
      if (!isIdle) await new Promise<void>((resolve) => stream.once("drain", resolve));
    },
    get droppedLines() {
      return droppedLines;
    },
  };
}

/** For a process that ends without a flush. What is on its way to the system at that moment may be lost. */
function writeRest(stream: ReturnType<typeof pino.destination>): void {
  try {
    stream.flushSync();
  } catch {
    // Nobody reads: there is no place left to say so.
  }
}
