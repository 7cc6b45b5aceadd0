import type { CompiledTelemetry } from "./compile-telemetry.ts";
import { CompiledFetchObserver } from "./fetch-observer.ts";
import { logEvents } from "./instrumentation/events.ts";
import type { FieldFacts } from "./instrumentation/facts.ts";
import { recordFields } from "./instrumentation/field-instruments.ts";
import { record } from "./instrumentation/instruments.ts";
import { noFetch, noStage } from "./no-telemetry.ts";
import type {
  FetchObserver,
  ObservedCacheUse,
  ObservedCost,
  ObservedFetch,
  ObservedOperation,
  ObservedRequest,
  ObservedResponse,
  RequestObserver,
  StageName,
  StageObserver,
} from "./observer.ts";
import type { RequestState } from "./request-state.ts";
import { SpanStage } from "./stage-observer.ts";
import type { ClientHeaders } from "./telemetry-options.ts";
import { addBaggage, setAttributes } from "./traces/request-spans.ts";
import { type Span, spanKind } from "./traces/span.ts";
import { newSpanId } from "./traces/trace-id.ts";
import type { RequestTrace } from "./traces/tracer.ts";

const requestIdHeader = "x-request-id";
const safeRequestId = /^[\w.:-]{1,64}$/;

/** Keeps the settings that it began with, and the few facts that they may need at the end. */
export class CompiledRequestObserver implements RequestObserver, RequestState {
  readonly trace: RequestTrace | undefined;
  readonly rootSpan: Span | undefined;
  currentSpan: Span | undefined;
  operationFacts: ObservedOperation | undefined;
  costFacts: ObservedCost | undefined;
  response: ObservedResponse | undefined;
  subscribedSubgraph: string | undefined;
  failure: string | undefined;
  hasGraphqlErrors = false;
  isPrimaryAnswer = true;
  field: FieldFacts | undefined;
  activeFetches = 0;
  durationMs = 0;
  private failureCause: unknown;
  private id: string | undefined;
  private fetchingSinceMs = 0;
  private fetchingMs = 0;
  private readonly startMs = performance.now();

  constructor(
    readonly request: ObservedRequest,
    readonly settings: CompiledTelemetry,
  ) {
    const { tracer, instruments, events, logger } = settings;
    if (tracer) {
      this.trace = tracer.begin(request.headers);
      this.rootSpan = tracer.startSpan(this.trace, "router", spanKind.server, undefined);
      if (this.rootSpan) this.rootSpan.name = "GraphQL Operation";
      this.currentSpan = this.rootSpan;
    }
    const active = instruments?.activeRequests;
    if (active) active.instrument.record(1, active.attributes.names, active.attributes.read(this));
    if (events) logEvents(logger, events.router.request, this);
  }

  get requestId(): string {
    if (this.id === undefined) {
      const given = this.request.headers.get(requestIdHeader);
      this.id = given !== null && safeRequestId.test(given) ? given : (this.traceId ?? newSpanId());
    }
    return this.id;
  }

  get clientHeaders(): ClientHeaders {
    return this.settings.clientHeaders;
  }

  get traceId(): string | undefined {
    return this.trace?.traceId;
  }

  get overheadMs(): number {
    const running = this.activeFetches > 0 ? performance.now() - this.fetchingSinceMs : 0;
    return Math.max(0, this.durationMs - this.fetchingMs - running);
  }

  stage(name: StageName): StageObserver {
    if (this.currentSpan === undefined) return noStage;
    const span = this.settings.tracer!.startSpan(this.trace!, name, spanKind.internal, this.currentSpan);
    if (span === undefined) return noStage;
    return new SpanStage(this, span);
  }

  operation(operation: ObservedOperation): void {
    this.operationFacts = operation;
    const { rootSpan, settings } = this;
    if (rootSpan) {
      rootSpan.name = operation.name === undefined ? operation.kind : `${operation.kind} ${operation.name}`;
    }
    if (settings.events) logEvents(settings.logger, settings.events.supergraph.request, this);
  }

  cost(cost: ObservedCost): void {
    this.costFacts = { ...this.costFacts, ...cost };
  }

  cacheUsed(cacheUse: ObservedCacheUse): void {
    const recorders = this.settings.instruments?.onCacheUse ?? [];
    if (recorders.length === 0) return;
    const fetch = { subgraph: cacheUse.subgraph, operationKind: "query" } as const;
    record(recorders, this, { fetch, result: undefined, durationMs: 0, cacheUse });
  }

  subgraphFetch(fetch: ObservedFetch): FetchObserver {
    const { tracer, instruments, events } = this.settings;
    if (!tracer && !instruments && !events) return noFetch;
    if (this.activeFetches++ === 0) this.fetchingSinceMs = performance.now();
    return new CompiledFetchObserver(this, fetch);
  }

  fetchEnded(): void {
    if (--this.activeFetches === 0) this.fetchingMs += performance.now() - this.fetchingSinceMs;
  }

  graphqlErrors(codes: readonly string[], subgraph?: string): void {
    if (codes.length === 0) return;
    this.hasGraphqlErrors = true;
    const { graphqlErrors } = this.settings;
    if (!graphqlErrors) return;
    for (const code of codes) graphqlErrors.record(1, errorNames, [code === "" ? undefined : code, subgraph]);
  }

  failed(code: string, error?: unknown): void {
    if (this.failure !== undefined) return;
    this.failure = code;
    this.failureCause = error;
  }

  subscriptionOpened(subgraph: string): ((reason: string) => void) | undefined {
    const ended = this.settings.instruments?.onSubscriptionEnd;
    if (!ended) return undefined;
    this.subscribedSubgraph = subgraph;
    // Thousands of streams last for hours: they keep a few values, not the request.
    const { instrument, attributes, reasonAt } = ended;
    const values = attributes.read(this);
    return (reason) => {
      if (reasonAt >= 0) values[reasonAt] = reason;
      instrument.record(1, attributes.names, values);
    };
  }

  watchAnswers(): ((answer: string) => void) | undefined {
    if (!this.looksAtAnswers) return undefined;
    let isFirst = true;
    return (body) => {
      const { response, durationMs } = this;
      this.isPrimaryAnswer = isFirst;
      isFirst = false;
      this.response = { status: 200, body };
      this.durationMs = performance.now() - this.startMs;
      this.answered();
      this.response = response;
      this.durationMs = durationMs;
      this.isPrimaryAnswer = true;
    };
  }

  writeResponseHeaders(headers: Headers): void {
    if (this.trace) this.settings.exposeTraceId?.(headers, this.trace.traceId);
  }

  end(response: ObservedResponse): void {
    if (this.response) return;
    this.response = response;
    this.durationMs = performance.now() - this.startMs;
    const { settings } = this;
    // A stream has no body: each of its answers is told when it comes.
    if (this.looksAtAnswers && this.operationFacts && response.body !== undefined) this.answered();
    if (settings.instruments) this.recordMetrics(settings.instruments);
    if (this.rootSpan) this.endRootSpan(this.rootSpan);
    if (settings.events) this.logEnd(settings.events);
    if (this.failure !== undefined || response.status >= 500) this.logFailure();
    // An open stream keeps its observer for hours, and what was sent is told.
    this.response = { status: response.status };
    this.request.received = undefined;
  }

  private get looksAtAnswers(): boolean {
    const { instruments, events } = this.settings;
    return (
      (instruments?.onAnswer.length ?? 0) > 0 ||
      (instruments?.onFields.length ?? 0) > 0 ||
      (events?.supergraph.event_response.length ?? 0) > 0
    );
  }

  private answered(): void {
    const { instruments, events, logger } = this.settings;
    if (instruments) {
      record(instruments.onAnswer, this);
      recordFields(instruments.onFields, this);
    }
    if (events) logEvents(logger, events.supergraph.event_response, this);
  }

  private recordMetrics(instruments: NonNullable<CompiledTelemetry["instruments"]>): void {
    const { activeRequests, onRequestEnd } = instruments;
    if (activeRequests) {
      // The same attributes as at the beginning: those of the request alone.
      activeRequests.instrument.record(
        -1,
        activeRequests.attributes.names,
        activeRequests.attributes.read(this),
      );
    }
    this.settings.operations?.record(1, operationNames, [this.response!.status]);
    record(onRequestEnd, this);
  }

  private endRootSpan(span: Span): void {
    const { spanAttributes, tracer } = this.settings;
    setAttributes(span, spanAttributes.router, this);
    if (spanAttributes.takesBaggage) addBaggage(span, this.request.headers);
    if (this.failure !== undefined || this.response!.status >= 500) span.errorMessage = this.failure ?? "";
    tracer!.endSpan(span);
  }

  private logEnd(events: NonNullable<CompiledTelemetry["events"]>): void {
    const { logger } = this.settings;
    if (this.operationFacts) logEvents(logger, events.supergraph.response, this);
    logEvents(logger, events.router.response, this);
    if (this.failure === undefined && !this.hasGraphqlErrors) return;
    if (this.operationFacts) logEvents(logger, events.supergraph.error, this);
    if (this.failure !== undefined) logEvents(logger, events.router.error, this);
  }

  private logFailure(): void {
    const fields = {
      request_id: this.requestId,
      trace_id: this.traceId,
      span_id: this.rootSpan?.spanId,
      code: this.failure,
      status: this.response!.status,
      operation_name: this.operationFacts?.name,
      duration_ms: Math.round(this.durationMs),
      err: this.failureCause instanceof Error ? this.failureCause : undefined,
    };
    this.settings.logger.error(fields, "request failed");
  }
}

const errorNames = ["code", "subgraph.name"];
const operationNames = ["http.response.status_code"];
