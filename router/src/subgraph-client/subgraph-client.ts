import { REQUEST_COMPRESSORS, type RequestCompression } from "./compress-request.ts";
import { type FlightTerms, InFlightRequests } from "./deduplicate.ts";
import { type RateLimit, RateLimiter } from "./rate-limit.ts";
import {
  type RetryWish,
  type SubgraphRequest,
  type SubgraphResponse,
  type Transport,
  TransportError,
} from "./transport.ts";

export interface SubgraphClientOptions {
  url: URL;
  transport: Transport;
  timeoutMs: number;
  answerBytesMax: number;
  deduplicateQueries?: boolean | undefined;
  compression?: RequestCompression | undefined;
  rateLimit?: RateLimit | undefined;
}

export interface SubgraphCall {
  operationKind: "query" | "mutation";
  /** Lower-case names. Part of what makes two queries equal. */
  headers: Readonly<Record<string, string>>;
  /** Sent too, but not compared: trace context, request ids, signatures. */
  uncomparedHeaders?: Readonly<Record<string, string>> | undefined;
  /** On whose behalf, when only `uncomparedHeaders` tell. Never share an answer between callers. */
  identity?: string | undefined;
  /** Bytes are a client's files: such a call never shares an answer. */
  body: string | Uint8Array;
  /** Instead of `application/json`. */
  contentType?: string | undefined;
  /** The same call once more in another form; the first one has been counted. */
  isRepeat?: boolean | undefined;
  /** Instead of the subgraph's own. */
  url?: URL | undefined;
  signal?: AbortSignal | undefined;
  retry?: RetryWish | undefined;
}

export interface SubgraphClientCounts {
  inFlight: number;
  sent: number;
  deduplicated: number;
  rateLimited: number;
}

/** What the executor asks when it needs something from one subgraph: traffic shaping, then the transport. */
export class SubgraphClient {
  readonly counts: SubgraphClientCounts = {
    inFlight: 0,
    sent: 0,
    deduplicated: 0,
    rateLimited: 0,
  };
  private readonly rateLimiter: RateLimiter | undefined;
  private readonly inFlightRequests: InFlightRequests | undefined;

  constructor(private readonly options: SubgraphClientOptions) {
    this.rateLimiter = options.rateLimit && new RateLimiter(options.rateLimit);
    this.inFlightRequests = options.deduplicateQueries === true ? new InFlightRequests() : undefined;
  }

  /** Rejects with a `TransportError` only. */
  send(call: SubgraphCall): Promise<SubgraphResponse> {
    // Before de-duplication, as in Apollo: a request that would share an answer counts, too.
    if (this.rateLimiter && call.isRepeat !== true && !this.rateLimiter.tryTake()) {
      this.counts.rateLimited += 1;
      return Promise.reject(new TransportError("RATE_LIMITED", "the subgraph's rate limit is reached"));
    }
    const { inFlightRequests } = this;
    if (!inFlightRequests || call.operationKind !== "query" || typeof call.body !== "string") {
      const { signal, retry } = call;
      return this.dispatch(call, { timeoutMs: this.options.timeoutMs, signal, retry });
    }
    return this.sendOnce(inFlightRequests, call, call.body);
  }

  private sendOnce(
    inFlightRequests: InFlightRequests,
    call: SubgraphCall,
    body: string,
  ): Promise<SubgraphResponse> {
    let hasStarted = false;
    const answer = inFlightRequests.join({
      key: { head: writeComparisonHead(call, call.url ?? this.options.url), body },
      timeoutMs: this.options.timeoutMs,
      signal: call.signal,
      retry: call.retry,
      start: (flight, landed) => {
        hasStarted = true;
        return this.dispatch(call, flight, landed);
      },
    });
    if (!hasStarted) this.counts.deduplicated += 1;
    return answer;
  }

  private dispatch(call: SubgraphCall, flight: FlightTerms, landed?: () => void): Promise<SubgraphResponse> {
    const { transport, compression } = this.options;
    const request = this.toRequest(call, flight);
    this.counts.inFlight += 1;
    this.counts.sent += 1;
    const answer =
      compression === undefined ? transport.send(request) : this.sendCompressed(request, compression);
    const land = () => {
      this.counts.inFlight -= 1;
      landed?.();
    };
    answer.then(land, land);
    return answer;
  }

  private async sendCompressed(
    request: SubgraphRequest,
    compression: RequestCompression,
  ): Promise<SubgraphResponse> {
    const compress = REQUEST_COMPRESSORS[compression];
    const body = compress ? await compress(request.body) : request.body;
    const headers = { ...request.headers, "content-encoding": compression };
    return this.options.transport.send({ ...request, headers, body });
  }

  private toRequest(call: SubgraphCall, { timeoutMs, signal, retry }: FlightTerms): SubgraphRequest {
    const { headers, uncomparedHeaders } = call;
    return {
      url: call.url ?? this.options.url,
      headers: uncomparedHeaders === undefined ? headers : { ...headers, ...uncomparedHeaders },
      body: call.body,
      contentType: call.contentType,
      timeoutMs,
      signal,
      answerBytesMax: this.options.answerBytesMax,
      idempotent: call.operationKind === "query",
      retry,
    };
  }
}

/** Lengths keep a value from passing for a name, or one header for two. */
function writeComparisonHead(call: SubgraphCall, url: URL): string {
  const identity = call.identity ?? "";
  let head = `${identity.length}:${identity}${url.href.length}:${url.href}`;
  for (const name in call.headers) {
    const value = call.headers[name]!;
    head += `${name.length}:${name}${value.length}:${value}`;
  }
  return head;
}
