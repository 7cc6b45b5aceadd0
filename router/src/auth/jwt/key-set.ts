import type { Logger } from "pino";
import { fetchKeySet, type KeySetSource } from "./fetch-key-set.ts";
import { parseKeySet, type VerificationKey } from "./verification-key.ts";

/** A published set of keys, read again and again. A set that cannot be read leaves the last good one in place. */
export class KeySet {
  keys: readonly VerificationKey[] = [];
  /** Another number for another content: what was verified before is verified anew. */
  version = 0;
  /** Resolves once it has been read, or cannot be. */
  readonly settled: Promise<void>;
  private text: string | undefined;
  private polling: Promise<void> | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private earlyPollAllowedMs = 0;
  private readonly stopped = new AbortController();

  constructor(
    private readonly source: KeySetSource,
    private readonly logger: Logger,
  ) {
    this.settled = this.poll();
  }

  /** A key that nobody knows may be new. At most once in an interval, or strangers would make us poll at will. */
  pollEarly(): Promise<void> | undefined {
    if (this.polling) return this.polling;
    const nowMs = performance.now();
    if (nowMs < this.earlyPollAllowedMs) return undefined;
    this.earlyPollAllowedMs = nowMs + this.source.pollIntervalMs;
    return this.poll();
  }

  close(): void {
    this.stopped.abort();
    clearTimeout(this.timer);
  }

  private poll(): Promise<void> {
    clearTimeout(this.timer);
    this.polling ??= this.read().finally(() => {
      this.polling = undefined;
      this.schedule();
    });
    return this.polling;
  }

  private schedule(): void {
    if (this.stopped.signal.aborted) return;
    const { pollIntervalMs } = this.source;
    const delayMs = this.text === undefined ? Math.min(pollIntervalMs, firstRetryMs) : pollIntervalMs;
    this.timer = setTimeout(() => void this.poll(), delayMs);
    this.timer.unref();
  }

  private async read(): Promise<void> {
    try {
      this.take(await fetchKeySet(this.source, this.stopped.signal));
    } catch (error) {
      if (this.stopped.signal.aborted) return;
      const reason = error instanceof Error ? error.message : String(error);
      this.logger.error({ url: this.printUrl() }, `cannot read the JWKS: ${reason}`);
    }
  }

  private take(text: string): void {
    if (text === this.text) return;
    const parsed = parseKeySet(text);
    if (parsed.kind === "unreadable") throw new Error("it is not a JSON Web Key Set");
    if (parsed.ignored > 0) {
      this.logger.warn({ url: this.printUrl() }, `${parsed.ignored} keys of the JWKS are of no use here`);
    }
    this.text = text;
    this.keys = parsed.keys;
    this.version += 1;
  }

  private printUrl(): string {
    const { protocol, host, pathname } = new URL(this.source.url);
    return `${protocol}//${host}${pathname}`;
  }
}

/** As long as there are no keys at all, every token is refused. */
const firstRetryMs = 5_000;
