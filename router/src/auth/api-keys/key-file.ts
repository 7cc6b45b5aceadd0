import { readFile, stat } from "node:fs/promises";
import type { Logger } from "pino";
import { type ApiKeyRecord, readKeyLines } from "./api-key.ts";

/** How long a key that was taken out of the file may still work. */
export const lookEveryMs = 1_000;
export const keyFileBytesMax = 64 * 1024 * 1024;

/** The keys of a file, looked at every second: watching misses changes on some mounts, and a revocation must not. */
export class KeyFile {
  readonly settled: Promise<void>;
  private records: ReadonlyMap<string, ApiKeyRecord> = new Map();
  private stamp = "";
  private complaint = "";
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isClosed = false;

  constructor(
    private readonly path: string,
    private readonly logger: Logger,
  ) {
    this.settled = this.look();
  }

  find(id: string): ApiKeyRecord | undefined {
    return this.records.get(id);
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
  }

  private async look(): Promise<void> {
    try {
      await this.readIfChanged();
      this.complaint = "";
    } catch (error) {
      this.complain(error instanceof Error ? error.message : String(error));
    }
    if (this.isClosed) return;
    this.timer = setTimeout(() => void this.look(), lookEveryMs);
    this.timer.unref();
  }

  private async readIfChanged(): Promise<void> {
    const { size, mtimeMs, ctimeMs, ino } = await stat(this.path);
    const stamp = `${size} ${mtimeMs} ${ctimeMs} ${ino}`;
    if (stamp === this.stamp) return;
    if (size > keyFileBytesMax) throw new Error(`it is larger than ${keyFileBytesMax} bytes`);
    this.records = readKeyLines(await readFile(this.path, "utf8"));
    this.stamp = stamp;
  }

  /** Once for each reason, not every second. What was read before still counts. */
  private complain(reason: string): void {
    if (reason === this.complaint) return;
    this.complaint = reason;
    this.logger.error({ path: this.path }, `cannot read the API keys, ${this.records.size} stay: ${reason}`);
  }
}
