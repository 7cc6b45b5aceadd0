import type { Surroundings } from "./surroundings.ts";

export interface Delivery {
  url: string;
  headers: Record<string, string>;
  body: string;
}

export interface Attempted {
  url: string;
  body: string;
  attempts: number;
  /** Of the last attempt; undefined where nobody answered. */
  status: number | undefined;
}

const attemptsMax = 5;
const firstDelayMs = 200;
const timeoutMs = 5_000;
const pendingMax = 1_000;
const attemptedMax = 1_000;

/** Sends webhooks as providers do: in the background, again with growing delays until they are answered with 2xx. */
export class WebhookSender {
  private readonly pending = new Set<Promise<void>>();
  private readonly closing = new AbortController();
  readonly attempted: Attempted[] = [];

  constructor(private readonly surroundings: Pick<Surroundings, "sleep">) {}

  /** @param write called for each attempt, since signatures hold the time and headers the attempt's number */
  send(write: (attempt: number) => Delivery): void {
    if (this.pending.size >= pendingMax) throw new Error(`${pendingMax} webhooks wait already`);
    const sending = this.deliver(write).finally(() => this.pending.delete(sending));
    this.pending.add(sending);
  }

  /** Resolves when nothing waits any longer. */
  async settled(): Promise<void> {
    while (this.pending.size > 0) await Promise.all(this.pending);
  }

  close(): void {
    this.closing.abort();
  }

  private async deliver(write: (attempt: number) => Delivery): Promise<void> {
    let status: number | undefined;
    let attempt = 0;
    let url = "";
    let body = "";
    while (attempt < attemptsMax && !this.closing.signal.aborted) {
      attempt++;
      const delivery = write(attempt);
      ({ url, body } = delivery);
      status = await this.attempt(delivery);
      if (status !== undefined && status >= 200 && status < 300) break;
      if (attempt < attemptsMax) await this.surroundings.sleep(firstDelayMs * 2 ** (attempt - 1));
    }
    this.attempted.push({ url, body, attempts: attempt, status });
    if (this.attempted.length > attemptedMax) this.attempted.shift();
  }

  private async attempt({ url, headers, body }: Delivery): Promise<number | undefined> {
    try {
      const signal = AbortSignal.any([this.closing.signal, AbortSignal.timeout(timeoutMs)]);
      const response = await fetch(url, { method: "POST", headers, body, signal, redirect: "manual" });
      await response.arrayBuffer();
      return response.status;
    } catch {
      return undefined;
    }
  }
}
