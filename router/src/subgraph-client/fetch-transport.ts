import { ACCEPTED_ENCODINGS } from "./decode-body.ts";
import { toBodyInit, toWebHeaders } from "./in-process-transport.ts";
import { readResponse } from "./read-response.ts";
import { runUntilDeadline } from "./run-until-deadline.ts";
import { type TlsClientOptions, toTlsOptions } from "./tls-options.ts";
import { type SubgraphRequest, type SubgraphResponse, type Transport, TransportError } from "./transport.ts";

export interface FetchOptions {
  idleTimeoutMs: number;
  acceptEncoding: string;
  /** `http2` speaks nothing else and fails if the server does not; `either` asks for it first. */
  protocol: "http1.1" | "http2" | "either";
  tls: TlsClientOptions;
}

const DEFAULTS: FetchOptions = {
  idleTimeoutMs: 4_000,
  acceptEncoding: ACCEPTED_ENCODINGS,
  protocol: "http1.1",
  tls: {},
};

/** Bun's own client, for TLS and HTTP/2. */
export class FetchTransport implements Transport {
  private readonly options: FetchOptions;
  private readonly session: Bun.FetchSession;
  /** Origins that have said so. Bun cannot offer both and let the server choose. */
  private readonly withoutHttp2 = new Set<string>();
  private isClosed = false;

  constructor(options: Partial<FetchOptions> = {}) {
    this.options = { ...DEFAULTS, ...options };
    this.session = new Bun.FetchSession({
      tls: toTlsOptions(this.options.tls),
      keepAlive: { idleTimeout: toIdleSeconds(this.options.idleTimeoutMs) },
    });
  }

  send(request: SubgraphRequest): Promise<SubgraphResponse> {
    return runUntilDeadline(request, async (signal) => {
      const response = await this.sendOrRepeat(request, signal);
      const limits = { bodyBytesMax: request.answerBytesMax, signal, isLengthTrusted: true };
      return readResponse(response, limits).catch((error) => {
        throw toTransportError(error);
      });
    });
  }

  close(): void {
    this.isClosed = true;
    this.session.close();
  }

  /** Bun repeats no POST by itself, and does not tell whether the lost connection had been kept alive. */
  private async sendOrRepeat(request: SubgraphRequest, signal: AbortSignal): Promise<Response> {
    try {
      return await this.sendOnce(request, signal, !this.isClosed);
    } catch (error) {
      const transportError = toTransportError(error);
      if (transportError.code !== "CONNECTION_LOST" || request.idempotent !== true || signal.aborted) {
        throw transportError;
      }
    }
    return this.sendOnce(request, signal, false).catch((error) => {
      throw toTransportError(error);
    });
  }

  private async sendOnce(
    request: SubgraphRequest,
    signal: AbortSignal,
    keepalive: boolean,
  ): Promise<Response> {
    const { protocol } = this.options;
    const { origin } = request.url;
    if (protocol !== "either") return this.sendBy(protocol, { request, signal, keepalive });
    if (!this.withoutHttp2.has(origin)) {
      try {
        return await this.sendBy("http2", { request, signal, keepalive });
      } catch (error) {
        // Nothing of the request has been sent.
        if ((error as { code?: unknown }).code !== "HTTP2Unsupported") throw error;
        this.withoutHttp2.add(origin);
      }
    }
    return this.sendBy("http1.1", { request, signal, keepalive });
  }

  private sendBy(
    protocol: "http1.1" | "http2",
    { request, signal, keepalive }: { request: SubgraphRequest; signal: AbortSignal; keepalive: boolean },
  ): Promise<Response> {
    const headers = toWebHeaders(request);
    if (this.options.acceptEncoding !== "") headers.set("accept-encoding", this.options.acceptEncoding);
    return this.session.fetch(request.url.href, {
      method: "POST",
      headers,
      body: toBodyInit(request.body),
      signal,
      keepalive,
      // Decoded here, where the size of what comes out is limited.
      decompress: false,
      redirect: "manual",
      proxy: false,
      // Bun speaks HTTP/2 over TLS only; asked for it without, it says so.
      ...((request.url.protocol === "https:" || protocol === "http2") && { protocol }),
    });
  }
}

/** Bun rounds up to its own steps, and knows no longer time than 238 minutes. */
function toIdleSeconds(idleTimeoutMs: number): number {
  return Math.min(Math.ceil(idleTimeoutMs / 1_000), 14_280);
}

function toTransportError(cause: unknown): TransportError {
  if (cause instanceof TransportError) return cause;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  if (LOST_CODES.has(code) || LOST_HTTP2_CODE.test(code)) {
    return new TransportError("CONNECTION_LOST", "the subgraph closed the connection", { cause });
  }
  if (BAD_ANSWER_CODE.test(code)) {
    return new TransportError("BAD_ANSWER", `the subgraph's answer could not be read: ${code}`, { cause });
  }
  return new TransportError("CONNECT_FAILED", `no connection to the subgraph: ${code || "unknown"}`, {
    cause,
  });
}

const LOST_CODES: ReadonlySet<string> = new Set(["ECONNRESET", "ECONNABORTED", "EPIPE", "ConnectionClosed"]);
const LOST_HTTP2_CODE = /^HTTP2(?!Unsupported)/;
const BAD_ANSWER_CODE = /response|header|chunk|malformed|transfer|invalidhttp/i;
