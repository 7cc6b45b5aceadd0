import { writeSync } from "node:fs";

const readerPauseMs = 1;

/**
 * Returns when all of the text is written. The process may end right afterwards, and what `process.stdout` still
 * holds then is lost: a pipe takes 64 KB at a time.
 */
export function writeAll(file: number, text: string): void {
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(file, rest));
    } catch (error) {
      const { code } = error as { code?: string };
      // Whoever read has seen enough: `router config schema | head`.
      if (code === "EPIPE") return;
      if (code !== "EAGAIN") throw error;
      Bun.sleepSync(readerPauseMs);
    }
  }
}
