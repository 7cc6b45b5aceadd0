import { logEvents } from "./instrumentation/events.ts";
import type { FetchFacts } from "./instrumentation/facts.ts";
import { record } from "./instrumentation/instruments.ts";
import type { FetchObserver, ObservedFetch, ObservedFetchResult } from "./observer.ts";
import type { RequestState } from "./request-state.ts";
import { setAttributes, startFetchSpans } from "./traces/request-spans.ts";
import type { Span } from "./traces/span.ts";

export class CompiledFetchObserver implements FetchObserver, FetchFacts {
  result: ObservedFetchResult | undefined;
  durationMs = 0;
  private readonly startMs = performance.now();
  private readonly spans: { subgraph: Span; request: Span } | undefined;

  constructor(
    private readonly request: RequestState,
    readonly fetch: ObservedFetch,
  ) {
    const { settings, trace, currentSpan } = request;
    if (currentSpan)
      this.spans = startFetchSpans({ tracer: settings.tracer!, trace: trace!, parent: currentSpan, fetch });
    if (settings.events) logEvents(settings.logger, settings.events.subgraph.request, request, this);
  }

  injectTraceHeaders(headers: Record<string, string>): void {
    const { settings, trace } = this.request;
    if (trace) settings.tracer!.inject(trace, this.spans?.request, headers);
  }

  end(result: ObservedFetchResult): void {
    if (this.result) return;
    this.result = result;
    this.durationMs = performance.now() - this.startMs;
    const { request } = this;
    const { settings } = request;
    if (settings.instruments) record(settings.instruments.onFetchEnd, request, this);
    request.fetchEnded();
    if (this.spans) this.endSpans(this.spans);
    if (!settings.events) return;
    logEvents(settings.logger, settings.events.subgraph.response, request, this);
    if (result.errorCode !== undefined)
      logEvents(settings.logger, settings.events.subgraph.error, request, this);
  }

  private endSpans({ subgraph, request: httpRequest }: { subgraph: Span; request: Span }): void {
    const { spanAttributes, tracer } = this.request.settings;
    const { status, errorCode } = this.result!;
    httpRequest.set("http.response.status_code", status);
    setAttributes(httpRequest, spanAttributes.httpClient, this.request, this);
    setAttributes(subgraph, spanAttributes.subgraph, this.request, this);
    if (errorCode !== undefined) {
      subgraph.errorMessage = errorCode;
      httpRequest.errorMessage = errorCode;
    }
    tracer!.endSpan(httpRequest);
    tracer!.endSpan(subgraph);
  }
}
