import type { CompiledTelemetry } from "./compile-telemetry.ts";
import type { RequestFacts } from "./instrumentation/facts.ts";
import type { Span } from "./traces/span.ts";
import type { RequestTrace } from "./traces/tracer.ts";

/** What stages and fetches share with the request that they belong to. */
export interface RequestState extends RequestFacts {
  readonly settings: CompiledTelemetry;
  readonly trace: RequestTrace | undefined;
  /** The innermost stage under way; `undefined` when the request is not sampled. */
  currentSpan: Span | undefined;
  fetchEnded(): void;
}
