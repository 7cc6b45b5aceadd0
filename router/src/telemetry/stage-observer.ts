import type { StageObserver } from "./observer.ts";
import type { RequestState } from "./request-state.ts";
import { setAttributes } from "./traces/request-spans.ts";
import type { Span } from "./traces/span.ts";

/** A stage of a sampled request. While it is open, what begins belongs to it. */
export class SpanStage implements StageObserver {
  private readonly outer: Span | undefined;

  constructor(
    private readonly request: RequestState,
    private readonly span: Span,
  ) {
    this.outer = request.currentSpan;
    request.currentSpan = span;
  }

  end(errorCode?: string): void {
    const { request, span, outer } = this;
    if (span.endMs > 0) return;
    request.currentSpan = outer;
    if (errorCode !== undefined) span.errorMessage = errorCode;
    const { name } = span.start;
    if (name === "supergraph") setAttributes(span, request.settings.spanAttributes.supergraph, request);
    if (name === "execution") span.set("graphql.operation.type", request.operationFacts?.kind);
    request.settings.tracer!.endSpan(span);
  }
}
