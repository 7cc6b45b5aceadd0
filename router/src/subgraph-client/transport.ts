/** How a subgraph is reached: over HTTP, or in this process. One contract suite runs against each. */
export interface Transport {
  send(request: SubgraphRequest): Promise<SubgraphResponse>;
  /** Closes idle connections, and busy ones when their answer has been read. */
  close(): void;
}

export interface SubgraphRequest {
  url: URL;
  /** Lower-case names. `content-type`, `accept` and the body's length are the transport's own. */
  headers: Readonly<Record<string, string>>;
  body: string | Uint8Array;
  timeoutMs: number;
  /** Aborts when nobody waits for the answer any longer. The work behind it stops too. */
  signal?: AbortSignal;
  answerBytesMax: number;
}

export interface SubgraphResponse {
  status: number;
  headers: Headers;
  /** Decoded from any content encoding. */
  body: Uint8Array;
}

export type TransportErrorCode =
  | "CONNECT_FAILED"
  | "CONNECTION_LOST"
  | "TIMED_OUT"
  | "ABORTED"
  | "ANSWER_TOO_LARGE"
  | "BAD_ANSWER"
  | "TOO_MANY_REQUESTS";

export class TransportError extends Error {
  constructor(
    readonly code: TransportErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
