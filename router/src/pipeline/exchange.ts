import { anonymous, type Caller } from "../auth/caller.ts";
import type { PeerReader } from "../http/peer.ts";
import type { BatchedOperation } from "../subgraphs/calls-together.ts";
import type { RequestObserver } from "../telemetry/observer.ts";
import type { Upload } from "../uploads/upload.ts";
import type { Pipeline } from "./pipeline.ts";

/** A client's request with the pipeline that it started with and keeps to its end. */
export interface Exchange {
  readonly pipeline: Pipeline;
  /** As it came in. */
  readonly received: Request;
  /** As a coprocessor wants it, where there is one. */
  request: Request;
  readonly observer: RequestObserver;
  /** In `performance.now()` time: when the client gets an answer at the latest. */
  readonly deadlineMs: number;
  /** Who is at the other end; undefined where no connection is. */
  readonly peers: PeerReader | undefined;
  /** What stages add to the head of the answer, whatever it will be. */
  answerHeaders: Map<string, string> | undefined;
  /** What stages write down for later ones, such as claims. */
  readonly context: Map<string, unknown>;
  /** Who asks; nobody known until `authenticate` has run. */
  caller: Caller;
  /** Stops the work behind this request, where the configuration makes that worth watching. */
  readonly abort: AbortController | undefined;
  /** What its subgraph calls wait in, where it came together with others. */
  readonly together: BatchedOperation | undefined;
  /** The form with the client's files, where the request is one. */
  upload: Upload | undefined;
}

export function beginExchange(pipeline: Pipeline, request: Request, peers?: PeerReader): Exchange {
  const { supergraph, tls } = pipeline.config;
  const { path, listen } = supergraph;
  const context = new Map<string, unknown>();
  const observer = pipeline.telemetry.observeRequest({
    context,
    method: request.method,
    path,
    headers: request.headers,
    scheme: tls.supergraph ? "https" : "http",
    serverAddress: "host" in listen ? listen.host : undefined,
    serverPort: "port" in listen ? listen.port : undefined,
    received: request,
    peers,
  });
  const deadlineMs = performance.now() + pipeline.config.trafficShaping.router.timeoutMs;
  return {
    pipeline,
    received: request,
    request,
    observer,
    deadlineMs,
    peers,
    answerHeaders: undefined,
    context,
    caller: anonymous,
    abort: createAbort(pipeline, request),
    together: undefined,
    upload: undefined,
  };
}

function createAbort({ config, outlastsRouter }: Pipeline, request: Request): AbortController | undefined {
  const { earlyCancel } = config.supergraph;
  if (!earlyCancel && !outlastsRouter) return undefined;
  const abort = new AbortController();
  if (earlyCancel) request.signal.addEventListener("abort", () => abort.abort(), { once: true });
  return abort;
}

/** What a stream needs of the exchange that opened it, for as long as it lasts. */
export interface KeptExchange extends Pick<Exchange, "pipeline" | "observer" | "caller" | "context"> {
  readonly url: string;
  readonly headers: Headers;
}

export function keepExchange({ pipeline, observer, caller, context, request }: Exchange): KeptExchange {
  const { url, headers } = request;
  return { pipeline, observer, caller, context, url, headers };
}

/** The same request long after it was answered. */
export function exchangeAnew(kept: KeptExchange): Exchange {
  const { pipeline, observer, caller, context, url, headers } = kept;
  const request = new Request(url, { method: "POST", headers });
  return {
    pipeline,
    received: request,
    request,
    observer,
    deadlineMs: performance.now() + pipeline.config.trafficShaping.router.timeoutMs,
    peers: undefined,
    answerHeaders: undefined,
    context,
    caller,
    abort: undefined,
    together: undefined,
    upload: undefined,
  };
}
