import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from "node:http2";
import { ACCEPTED_ENCODINGS, decodeBody } from "./decode-body.ts";
import { answerTooLarge, ByteCollector } from "./http1/byte-collector.ts";
import { ACCEPTED_TYPES, checkHeader, JSON_TYPE, TRANSPORT_HEADERS } from "./http1/request-message.ts";
import { ReadResponse } from "./read-response.ts";
import { runUntilDeadline } from "./run-until-deadline.ts";
import { type SubgraphRequest, type SubgraphResponse, type Transport, TransportError } from "./transport.ts";

export interface Http2Options {
  idleTimeoutMs: number;
}

/** HTTP/2 without TLS, by prior knowledge: one connection to each origin, one stream for each request. */
export class Http2Transport implements Transport {
  private readonly connections = new Map<string, Http2Connection>();
  private isClosed = false;

  constructor(private readonly options: Http2Options) {}

  send(request: SubgraphRequest): Promise<SubgraphResponse> {
    return runUntilDeadline(request, async (signal) => {
      const { head, body } = await this.exchangeOrRepeat(request, signal);
      const headers = toHeaders(head);
      const contentEncoding = headers.get("content-encoding");
      const decoded =
        contentEncoding === null ? body : await decodeBody(body, contentEncoding, request.answerBytesMax);
      return new ReadResponse(Number(head[":status"]), headers, decoded);
    });
  }

  close(): void {
    this.isClosed = true;
    for (const connection of this.connections.values()) connection.leave();
    this.connections.clear();
  }

  /** The subgraph may close a connection just when it is used again. */
  private async exchangeOrRepeat(request: SubgraphRequest, signal: AbortSignal): Promise<Exchanged> {
    const connection = this.connectionTo(request.url);
    const wasUsed = connection.hasAnswered;
    try {
      return await connection.exchange(request, signal);
    } catch (error) {
      const isStale = wasUsed && error instanceof TransportError && error.code === "CONNECTION_LOST";
      if (!isStale || request.idempotent !== true || signal.aborted) throw error;
    }
    return this.connectionTo(request.url).exchange(request, signal);
  }

  private connectionTo({ origin }: URL): Http2Connection {
    const known = this.connections.get(origin);
    if (known?.isOpen) return known;
    const connection = new Http2Connection(origin, this.options.idleTimeoutMs);
    if (!this.isClosed) this.connections.set(origin, connection);
    // What outlives its snapshot has a connection of its own, for as long as it takes.
    else connection.isLeaving = true;
    return connection;
  }
}

interface Exchanged {
  head: IncomingHttpHeaders;
  body: Buffer;
}

class Http2Connection {
  hasAnswered = false;
  isLeaving = false;
  private readonly session: ClientHttp2Session;
  private isConnected = false;
  private streams = 0;
  private idleTimer: Timer | undefined;

  constructor(
    origin: string,
    private readonly idleTimeoutMs: number,
  ) {
    this.session = connect(origin);
    this.session.on("connect", () => {
      this.isConnected = true;
    });
    // Each of its streams fails too, and says so.
    this.session.on("error", () => {});
  }

  get isOpen(): boolean {
    return !this.session.closed && !this.session.destroyed;
  }

  /** Goes once nothing is under way. */
  leave(): void {
    this.isLeaving = true;
    if (this.streams === 0) this.end();
  }

  exchange(request: SubgraphRequest, signal: AbortSignal): Promise<Exchanged> {
    const headers = toOutgoing(request);
    clearTimeout(this.idleTimer);
    this.streams += 1;
    return this.run(headers, request, signal).finally(() => {
      this.streams -= 1;
      if (this.streams > 0) return;
      if (this.isLeaving) this.end();
      else this.idleTimer = setTimeout(() => this.end(), Math.min(this.idleTimeoutMs, idleMsMax)).unref();
    });
  }

  private end(): void {
    clearTimeout(this.idleTimer);
    this.session.close();
  }

  private run(
    headers: OutgoingHttpHeaders,
    request: SubgraphRequest,
    signal: AbortSignal,
  ): Promise<Exchanged> {
    return new Promise((resolve, reject) => {
      const stream = this.session.request(headers);
      const collector = new ByteCollector();
      let head: IncomingHttpHeaders | undefined;
      const cancel = () => stream.close(constants.NGHTTP2_CANCEL);
      const fail = (error: TransportError) => {
        reject(error);
        cancel();
      };
      signal.addEventListener("abort", cancel, { once: true });
      stream.on("response", (received) => {
        head = received;
        if (Number(received["content-length"] ?? 0) > request.answerBytesMax) {
          fail(answerTooLarge(request.answerBytesMax));
        }
      });
      stream.on("data", (piece: Buffer) => {
        if (collector.length + piece.length > request.answerBytesMax) {
          return fail(answerTooLarge(request.answerBytesMax));
        }
        collector.append(piece, 0, piece.length);
      });
      stream.on("error", (cause) => reject(this.lost(cause)));
      stream.on("close", () => {
        signal.removeEventListener("abort", cancel);
        if (!head || !isComplete(stream)) return reject(this.lost(undefined));
        this.hasAnswered = true;
        resolve({ head, body: collector.take() });
      });
      stream.end(request.body);
    });
  }

  private lost(cause: unknown): TransportError {
    if (!this.isConnected) {
      const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown reason";
      return new TransportError("CONNECT_FAILED", `no connection to the subgraph: ${code}`, { cause });
    }
    return new TransportError("CONNECTION_LOST", "the subgraph closed the stream", { cause });
  }
}

function isComplete({ rstCode, readableEnded }: ClientHttp2Stream): boolean {
  return readableEnded && (rstCode === constants.NGHTTP2_NO_ERROR || rstCode === undefined);
}

const idleMsMax = 2_147_483_647;

function toOutgoing({ url, headers, contentType = JSON_TYPE }: SubgraphRequest): OutgoingHttpHeaders {
  checkHeader("content-type", contentType);
  const outgoing: OutgoingHttpHeaders = {
    ":method": "POST",
    ":path": `${url.pathname}${url.search}`,
    "content-type": contentType,
    accept: ACCEPTED_TYPES,
    "accept-encoding": ACCEPTED_ENCODINGS,
  };
  for (const name in headers) {
    if (TRANSPORT_HEADERS.has(name)) continue;
    checkHeader(name, headers[name]!);
    outgoing[name] = headers[name];
  }
  return outgoing;
}

function toHeaders(head: IncomingHttpHeaders): Headers {
  const headers = new Headers();
  for (const [name, value = []] of Object.entries(head)) {
    if (name.startsWith(":")) continue;
    for (const each of Array.isArray(value) ? value : [value]) headers.append(name, each);
  }
  return headers;
}
