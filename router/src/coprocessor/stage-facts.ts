/** Where a coprocessor is asked. */
export type StageLevel = "router" | "supergraph" | "execution" | "subgraph";
export type StageMoment = "request" | "response";
export type StageName = `${"Router" | "Supergraph" | "Execution" | "Subgraph"}${"Request" | "Response"}`;

export interface HeaderSource {
  get(name: string): string | null;
}

/** What is known at a stage: what conditions are judged by. */
export interface StageFacts {
  readonly requestId: string;
  readonly traceId: string | undefined;
  readonly context: ReadonlyMap<string, unknown>;
  /** Of the request that a request stage is about, or of the answer that a response stage is about. */
  readonly headers: HeaderSource;
  /** Of the client's request. */
  readonly clientHeaders: HeaderSource;
  readonly method: string;
  readonly operation?: OperationFacts | undefined;
  readonly status?: number;
  readonly hasErrors?: boolean;
  readonly subgraph?: (OperationFacts & { subgraph: string }) | undefined;
}

export interface OperationFacts {
  name: string | undefined;
  kind: string;
  text: string;
  variables: Readonly<Record<string, unknown>>;
}
