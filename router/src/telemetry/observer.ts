import type { Logger } from "pino";
import type { PeerReader } from "../http/peer.ts";
import type { TelemetryOptions } from "./telemetry-options.ts";

/**
 * One per process; it survives reloads of configuration and supergraph. A part that is off answers with
 * shared do-nothing objects, so that callers never ask whether it is on.
 */
export interface Telemetry {
  readonly logger: Logger;
  readonly meters: ProcessMeters;
  observeRequest(request: ObservedRequest): RequestObserver;
  /** The Prometheus text format; empty while that exporter is off. */
  renderPrometheus(): string;
  /** Requests under way keep the settings that they began with. */
  reconfigure(options: TelemetryOptions): void;
  /** Sends what is queued, for at most this long. */
  shutdown(timeoutMs: number): Promise<void>;
}

export interface HeaderReader {
  get(name: string): string | null;
}

export interface ObservedRequest {
  method: string;
  path: string;
  headers: HeaderReader;
  /** What stages write down about the request. */
  context?: ReadonlyMap<string, unknown>;
  /** `undefined` while the length is unknown. */
  bodyBytes?: number | undefined;
  scheme?: "http" | "https";
  serverAddress?: string | undefined;
  serverPort?: number | undefined;
  /** Only read where the configuration asks for it, and forgotten at the end. */
  received?: Request | undefined;
  peers?: PeerReader | undefined;
}

export type OperationKind = "query" | "mutation" | "subscription";

export interface OperationMeasure {
  aliases: number;
  depth: number;
  height: number;
  rootFields: number;
}

/** A field that the client selected, under the key that its values have in the answer. */
export interface ObservedField {
  key: string;
  name: string;
  /** Without lists and exclamation marks. */
  typeName: string;
  parentTypeName: string;
  fields: readonly ObservedField[];
}

export interface ObservedOperation {
  name: string | undefined;
  kind: OperationKind;
  /** Only read where the configuration asks for it. */
  document?: string;
  /** As the client sent them. */
  variables?: Readonly<Record<string, unknown>>;
  measure?: OperationMeasure;
  /** Only called where the configuration asks for it. */
  fields?: () => readonly ObservedField[];
}

/** Stages open and close like brackets: the one opened last is closed first. Fetches may overlap. */
export interface RequestObserver {
  /** For logs and for the generic line that a client sees instead of an internal error. */
  readonly requestId: string;
  /** 32 hexadecimal digits; `undefined` while neither tracing nor propagation is on. */
  readonly traceId: string | undefined;
  stage(name: StageName): StageObserver;
  operation(operation: ObservedOperation): void;
  subgraphFetch(fetch: ObservedFetch): FetchObserver;
  /** Adds what is known of the operation's cost by now. */
  cost(cost: ObservedCost): void;
  /** Tells of entities that were looked for in the cache, or of one answer to root fields. */
  cacheUsed(use: ObservedCacheUse): void;
  /** Without `subgraph`, errors of the router itself. Call once for each source of errors. */
  graphqlErrors(codes: readonly string[], subgraph?: string): void;
  /** The reason that will stand in this request's one line in the log. The first one counts. */
  failed(code: string, error?: unknown): void;
  /**
   * To be called with the reason when the client's stream is over, which is long after the request is; undefined where
   * nobody counts.
   */
  subscriptionOpened(subgraph: string): ((reason: string) => void) | undefined;
  /** To be called with each answer that a stream brings its client; undefined where nobody looks at them. */
  watchAnswers(): ((answer: string) => void) | undefined;
  /** Adds what clients may see, such as `experimental_response_trace_id`. */
  writeResponseHeaders(headers: Headers): void;
  end(response: ObservedResponse): void;
}

export interface ObservedCost {
  estimated?: number;
  actual?: number;
  /** `COST_OK`, or why it is too high. */
  result?: string;
}

export interface ObservedResponse {
  status: number;
  bytes?: number | undefined;
  /** Before it is compressed. Read at `end` only, and only where the configuration asks for it. */
  body?: string | Uint8Array | undefined;
  headers?: HeaderReader;
}

export type StageName =
  | "supergraph"
  | "parse_query"
  | "query_planning"
  | "execution"
  | "format_response"
  | "authentication"
  | "authorization"
  | "rate_limit"
  | "external_plugin";

export interface StageObserver {
  end(errorCode?: string): void;
}

export interface ObservedFetch {
  subgraph: string;
  operationName?: string | undefined;
  operationKind: OperationKind;
  url?: URL;
  document?: string;
  bodyBytes?: number;
  /** The body as text. */
  body?: string;
  /** What is sent; read at `end`, and only where the configuration asks for it. */
  headers?: Readonly<Record<string, string>>;
}

export interface ObservedCacheUse {
  subgraph: string;
  type: string;
  isHit: boolean;
  entities: number;
}

export interface FetchObserver {
  /**
   * Adds the propagation headers. They differ for every fetch: leave them out of any key by which equal
   * requests are found.
   */
  injectTraceHeaders(headers: Record<string, string>): void;
  end(result: ObservedFetchResult): void;
}

export interface ObservedFetchResult {
  /** `undefined` when no answer came. */
  status?: number | undefined;
  bytes?: number | undefined;
  /** How often it was sent again. */
  resends?: number;
  errorCode?: string | undefined;
  headers?: HeaderReader | undefined;
  /** Read only where the configuration asks for it. */
  answer?: ObservedAnswer | undefined;
}

/** Data and errors, or what can still be read of an answer that is the same as before. */
export type ObservedAnswer = { data: unknown; errors: readonly unknown[] } | { read(): ObservedAnswer };

export type CacheKind = "query planner" | "APQ" | "introspection" | "response cache" | "rate limit";
export type CacheStorage = "memory" | "redis";
export type PlanOutcome = "success" | "error" | "timeout" | "cancelled";

export interface ConnectionCounts {
  serverAddress: string;
  serverPort: number;
  active: number;
  terminating: number;
}

/** What belongs to the process rather than to a request. Gauges are read when somebody looks at them. */
export interface ProcessMeters {
  /** The function returned ends the watch. A kind watched twice shows the later watch. */
  watchCache(kind: CacheKind, storage: CacheStorage, read: () => CacheFigures): () => void;
  cacheHit(kind: CacheKind, storage: CacheStorage, durationMs: number): void;
  cacheMiss(kind: CacheKind, storage: CacheStorage, durationMs: number): void;
  /** The function returned ends the watch. */
  watchRedis(kind: string, read: () => RedisFigures): () => void;
  redisCommand(kind: string): void;
  redisError(kind: string, type: string): void;
  /** A client's batch, or the part of it that goes to a subgraph. */
  batched(size: number, subgraph?: string): void;
  persistedQuery(attributes: Readonly<Record<string, boolean>>): void;
  costJudged(result: string): void;
  rateLimited(rule: string, outcome: RateLimitOutcome): void;
  watchConnections(read: () => readonly ConnectionCounts[]): () => void;
  /** One call for each snapshot that comes alive; the function returned says that it is gone. */
  pipelineStarted(pipeline: { schemaId: string; configHash: string }): () => void;
  schemaLoaded(durationMs: number): void;
  stateChanged(event: string, state: string): void;
  /** `planMs` is the planner's own work, `totalMs` adds waiting for it. */
  queryPlanned(plan: { outcome: PlanOutcome; planMs: number; totalMs: number }): void;
  plansWarmedUp(durationMs: number): void;
  /** One request that brought a token. */
  jwtChecked(failed: boolean): void;
  operationGuarded(facts: { isFiltered: boolean; needsAuthenticated: boolean; needsScopes: boolean }): void;
  subscriptionOpened(operationName: string): void;
  subscriptionClosed(operationName: string): void;
  subscriptionRequested(request: { mode: string; subgraph: string; deduplicated: boolean }): void;
  subscriptionEvent(event: { mode: string; complete: boolean }): void;
  subscriptionRejected(reason: string, subgraph: string | undefined): void;
  subscriptionEndedBySubgraph(subgraph: string): void;
  /** One that a client did not read in time. */
  eventSkipped(): void;
  /** @param stage as in `RouterRequest` */
  coprocessorAsked(stage: string, result: { hasSucceeded: boolean; durationMs: number }): void;
  /** Requests that no registry will hear of. */
  usageLost(requests: number): void;
  circuitChanged(subgraph: string, state: string): void;
  subgraphCallRefused(subgraph: string, reason: string): void;
  subgraphCallRetried(subgraph: string, outcome: string): void;
  /** The function returned ends the watch. */
  watchSubgraphs(read: () => Iterable<SubgraphFigures>): () => void;
  readonly responseCache: ResponseCacheMeters;
  /** What caching would bring, while it is only observed. The function returned ends the watch. */
  watchGhost(read: () => Iterable<GhostCacheFigures>): () => void;
}

export interface GhostCacheFigures {
  subgraph: string;
  type: string;
  hitRate: number;
  lifetimeSeconds: number;
  bytes: number;
}

/** What happens to kept answers; the first four are about what all nodes share. */
export interface ResponseCacheMeters {
  fetched(subgraph: string, entities: number, durationMs: number): void;
  fetchFailed(subgraph: string, code: string): void;
  inserted(subgraph: string, entities: number, durationMs: number): void;
  insertFailed(subgraph: string, code: string): void;
  /** How many one fetch wants. */
  entities(subgraph: string, count: number): void;
  invalidationRequested(): void;
  invalidated(what: InvalidatedFacts, entries: number, durationMs: number): void;
  invalidationFailed(what: InvalidatedFacts, code: string): void;
  cdnHeader(outcome: string): void;
  judged(subgraph: string, type: string, verdict: string, entities: number): void;
}

export interface InvalidatedFacts {
  kind: string;
  subgraph: string;
  type?: string | undefined;
}

export interface SubgraphFigures {
  subgraph: string;
  circuit: "closed" | "half_open" | "open" | undefined;
  concurrency: { limit: number; active: number; queued: number } | undefined;
}

/** `observed` would have been refused; `uncounted` passed, because Redis was away. */
export type RateLimitOutcome = "passed" | "refused" | "observed" | "uncounted" | "uncounted_refused";

export interface RedisFigures {
  clients: number;
  /** Commands that wait for an answer. */
  pending: number;
}

export interface CacheFigures {
  entries: number;
  /** Where the cache knows it. */
  bytes?: number;
}
