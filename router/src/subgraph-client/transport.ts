/** How a subgraph is reached: over HTTP, or in this process. One contract suite runs against each. */
export interface Transport {
  send(request: SubgraphRequest): Promise<SubgraphResponse>;
  /**
   * Closes idle connections, and busy ones when their answer has been read. A request sent later is still
   * answered, over a connection of its own: a client request may outlive the snapshot it started with.
   */
  close(): void;
  /**
   * Sends an operation whose answer goes on for as long as it likes. Left out by transports over a network: such an
   * answer has a connection of its own.
   */
  openStream?(url: URL, init: StreamRequestInit): Promise<Response>;
}

export interface StreamRequestInit {
  headers: Record<string, string>;
  body: string;
  signal: AbortSignal;
}

export interface SubgraphRequest {
  /** Pass the same URL object for every request to a subgraph: what is derived from it is kept by identity. */
  url: URL;
  /** Lower-case names. `content-type`, `accept` and the body's length are the transport's own. */
  headers: Readonly<Record<string, string>>;
  body: string | Uint8Array;
  /** Instead of `application/json`. */
  contentType?: string | undefined;
  timeoutMs: number;
  /** Aborts when nobody waits for the answer any longer. The work behind it stops too. */
  signal?: AbortSignal | undefined;
  answerBytesMax: number;
  /**
   * True for queries. Such a request is sent once more when a kept-alive connection turns out to be closed;
   * any other only if the subgraph cannot have read all of it.
   */
  idempotent?: boolean | undefined;
  /** Undefined where one attempt is all there is. */
  retry?: RetryWish | undefined;
}

/** Whether another attempt would still be of use to whoever asks. */
export interface RetryWish {
  /** In `performance.now()` time. */
  untilMs: number;
  isWanted(): boolean;
  /** To be called before each further attempt. */
  repeats(): void;
}

export interface SubgraphResponse {
  readonly status: number;
  /** Built on first use. To read one header, `header` is cheaper. Shared between waiters: do not change it. */
  readonly headers: Headers;
  /** Decoded from any content encoding. */
  readonly body: Uint8Array;
  /** The value of a header by its lower-case name; several of one name joined by a comma. */
  header(name: string): string | undefined;
  /** The body as text, malformed UTF-8 replaced. The cheapest input for `JSON.parse`. */
  text(): string;
}

export type TransportErrorCode =
  | "BAD_REQUEST"
  | "CONNECT_FAILED"
  | "CONNECTION_LOST"
  | "TIMED_OUT"
  | "ABORTED"
  | "ANSWER_TOO_LARGE"
  | "BAD_ANSWER"
  | "TOO_MANY_REQUESTS"
  /** Refused by traffic shaping before it reached a transport. */
  | "RATE_LIMITED"
  | "CONCURRENCY_LIMITED"
  /** Refused because the subgraph failed too often. */
  | "CIRCUIT_OPEN";

export class TransportError extends Error {
  constructor(
    readonly code: TransportErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "TransportError";
  }
}

/** setTimeout fires at once when its delay does not fit into 31 bits. */
export const TIMEOUT_MS_MAX = 2_147_483_647;
