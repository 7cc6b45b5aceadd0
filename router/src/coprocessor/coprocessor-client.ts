import type { CoprocessorConfig } from "../config/sections/coprocessor.ts";
import { openTransport } from "../subgraph-client/open-transport.ts";
import { type Transport, TransportError } from "../subgraph-client/transport.ts";
import { CoprocessorError, protocolVersion, type Reply, readReply } from "./reply.ts";
import type { StageName } from "./stage-facts.ts";

export interface CoprocessorWatcher {
  asked(stage: StageName, result: { hasSucceeded: boolean; durationMs: number }): void;
}

/** Speaks the protocol, one question and one answer each time. */
export class CoprocessorClient {
  /** Plain, TLS and HTTP/2 need one each; stages may differ. */
  private readonly transports = new Map<string, Transport>();

  constructor(
    private readonly config: CoprocessorConfig,
    private readonly watcher: CoprocessorWatcher,
  ) {}

  /** Throws a `CoprocessorError` only. */
  async ask(url: URL, stage: StageName, payload: object): Promise<Reply> {
    const startedMs = performance.now();
    let hasSucceeded = false;
    try {
      const reply = readReply(await this.send(url, { version: protocolVersion, stage, ...payload }), stage);
      hasSucceeded = true;
      return reply;
    } finally {
      this.watcher.asked(stage, { hasSucceeded, durationMs: performance.now() - startedMs });
    }
  }

  close(): void {
    for (const transport of this.transports.values()) transport.close();
  }

  private async send(url: URL, payload: object): Promise<string> {
    try {
      const response = await this.transportFor(url).send({
        url,
        headers: {},
        body: JSON.stringify(payload),
        timeoutMs: this.config.timeoutMs,
        answerBytesMax,
        // A question changes nothing that asking twice would change more: a stale connection is no failure.
        idempotent: true,
      });
      return response.text();
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      if (error.code === "TIMED_OUT") throw new CoprocessorError("request timed out", true, { cause: error });
      const message = error.message.replace("subgraph", "coprocessor");
      throw new CoprocessorError(message, false, { cause: error });
    }
  }

  private transportFor(url: URL): Transport {
    const known = this.transports.get(url.protocol);
    if (known) return known;
    const transport = openTransport(url, { poolIdleTimeoutMs, ...this.config.client, tls: {} });
    this.transports.set(url.protocol, transport);
    return transport;
  }
}

const poolIdleTimeoutMs = 15_000;

/** As for subgraphs: an answer without end must not end the process. */
const answerBytesMax = 64 * 1024 * 1024;
