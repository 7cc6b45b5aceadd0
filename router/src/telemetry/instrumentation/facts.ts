import type { JsonValue } from "../../json.ts";
import type {
  HeaderReader,
  ObservedCacheUse,
  ObservedCost,
  ObservedFetch,
  ObservedFetchResult,
  ObservedField,
  ObservedOperation,
  ObservedRequest,
  ObservedResponse,
} from "../observer.ts";
import type { AttributeValue, ClientHeaders } from "../telemetry-options.ts";

/** What is known of a request so far. */
export interface RequestFacts {
  readonly request: ObservedRequest;
  readonly operationFacts: ObservedOperation | undefined;
  readonly costFacts: ObservedCost | undefined;
  readonly response: ObservedResponse | undefined;
  /** Where it opened a subscription. */
  readonly subscribedSubgraph: string | undefined;
  readonly clientHeaders: ClientHeaders;
  readonly requestId: string;
  readonly traceId: string | undefined;
  readonly failure: string | undefined;
  readonly hasGraphqlErrors: boolean;
  /** False for the later answers of a stream, while they are looked at. */
  readonly isPrimaryAnswer: boolean;
  /** Only while the fields of the answer are looked at, one after the other. */
  readonly field: FieldFacts | undefined;
  readonly activeFetches: number;
  readonly durationMs: number;
  /** Time during which no subgraph was waited for. */
  readonly overheadMs: number;
}

/** One place in the answer. */
export interface FieldFacts {
  readonly selected: ObservedField;
  readonly value: JsonValue;
}

/** What is known of one fetch so far. */
export interface FetchFacts {
  readonly fetch: ObservedFetch;
  readonly result: ObservedFetchResult | undefined;
  readonly durationMs: number;
  /** Set where no request is meant, but what was looked for in the cache before one. */
  readonly cacheUse?: ObservedCacheUse;
}

/** `fetch` is there for what belongs to a subgraph. */
export type ReadValue = (facts: RequestFacts, fetch?: FetchFacts) => AttributeValue | undefined;
export type Holds = (facts: RequestFacts, fetch?: FetchFacts) => boolean;

export type Level = "router" | "supergraph" | "subgraph" | "http_client" | "graphql" | "cache";

export function readHeader(headers: HeaderReader | undefined, name: string | undefined): string | undefined {
  return name === undefined ? undefined : (headers?.get(name) ?? undefined);
}

/** What was counted, else what the header claims. */
export function bodyBytes(
  counted: number | undefined,
  headers: HeaderReader | undefined,
): number | undefined {
  if (counted !== undefined) return counted;
  const claimed = headers?.get("content-length") ?? "";
  return /^\d{1,15}$/.test(claimed) ? Number(claimed) : undefined;
}
