import { isJsonObject, type JsonValue } from "../json.ts";
import { ReadResponse } from "../subgraph-client/read-response.ts";
import type { SubgraphCall, SubgraphClient } from "../subgraph-client/subgraph-client.ts";
import type { SubgraphResponse } from "../subgraph-client/transport.ts";

/** What calls of one client's batch wait in, so that they reach each subgraph as one list. */
export interface CallsTogether {
  /** The answer to one call, sent together with those of other operations where there are any. */
  send(way: WayToSubgraph, call: SubgraphCall): Promise<SubgraphResponse>;
  /** Nobody needs to wait for this operation any longer: it asked a subgraph, or has its answer. */
  settled(operation: object): void;
}

/** One operation of a batch, and what its calls wait in. */
export interface BatchedOperation {
  operation: object;
  calls: CallsTogether;
}

export interface WayToSubgraph {
  subgraph: string;
  client: SubgraphClient;
}

/** A subgraph's answer to a list of calls that cannot be taken apart. */
export class BatchedCallError extends Error {
  constructor(
    readonly code: "SUBREQUEST_MALFORMED_RESPONSE" | "SUBREQUEST_BATCHING_ERROR",
    readonly reason: string,
  ) {
    super(reason);
    this.name = "BatchedCallError";
  }
}

export interface CallsTogetherOptions {
  /** The operations that came together. */
  operations: readonly object[];
  count(size: number, subgraph: string): void;
}

/** One operation may be held up where others are not, by a coprocessor or a token. */
const holdMs = 20;

/**
 * First calls wait until every operation has asked a subgraph or is answered, and no longer than a moment. What
 * follows goes with what else is asked in the same turn of the event loop.
 */
export class CallsOfBatch implements CallsTogether {
  private readonly expected: Set<object>;
  private readonly waiting = new Map<string, { way: WayToSubgraph; calls: WaitingCall[] }>();
  private hold: Timer | undefined;
  private isLeaving = false;

  constructor(private readonly options: CallsTogetherOptions) {
    this.expected = new Set(options.operations);
  }

  send(way: WayToSubgraph, call: SubgraphCall): Promise<SubgraphResponse> {
    return new Promise((resolve, reject) => {
      const target = `${way.subgraph} ${call.url?.href ?? ""}`;
      const group = this.waiting.get(target) ?? { way, calls: [] };
      group.calls.push({ call, resolve, reject });
      this.waiting.set(target, group);
      this.leaveSoon();
    });
  }

  settled(operation: object): void {
    if (this.expected.delete(operation)) this.leaveSoon();
  }

  private leaveSoon(): void {
    if (this.isLeaving || this.waiting.size === 0) return;
    if (this.expected.size > 0) {
      this.hold ??= setTimeout(() => this.leave(), holdMs);
      return;
    }
    this.isLeaving = true;
    setImmediate(() => this.leave());
  }

  private leave(): void {
    clearTimeout(this.hold);
    this.hold = undefined;
    this.isLeaving = false;
    const leaving = [...this.waiting.values()];
    this.waiting.clear();
    for (const { way, calls } of leaving) void this.sendAll(way, calls);
  }

  private async sendAll({ client, subgraph }: WayToSubgraph, calls: readonly WaitingCall[]): Promise<void> {
    try {
      const [first, ...others] = calls;
      if (!first) return;
      if (others.length === 0) return first.resolve(await client.send(first.call));
      this.options.count(calls.length, subgraph);
      const response = await client.send(joined(calls.map(({ call }) => call)));
      const parts = takeApart(response, calls.length);
      for (const [index, { resolve }] of calls.entries()) resolve(parts[index]!);
    } catch (error) {
      for (const { reject } of calls) reject(error);
    }
  }
}

interface WaitingCall {
  call: SubgraphCall;
  resolve(response: SubgraphResponse): void;
  reject(error: unknown): void;
}

/** Under the headers of the first, as in Apollo Router. An operation that gives up leaves the others their answers. */
function joined(calls: readonly SubgraphCall[]): SubgraphCall {
  const isMutation = calls.some(({ operationKind }) => operationKind === "mutation");
  return {
    ...calls[0]!,
    operationKind: isMutation ? "mutation" : "query",
    body: `[${calls.map(({ body }) => body).join()}]`,
    signal: undefined,
  };
}

function takeApart(response: SubgraphResponse, count: number): SubgraphResponse[] {
  const list = readList(response.text());
  if (list.length !== count) {
    throw new BatchedCallError(
      "SUBREQUEST_BATCHING_ERROR",
      `number of contexts (${count}) is not equal to number of graphql responses (${list.length})`,
    );
  }
  return list.map((item) => {
    const body = Buffer.from(JSON.stringify(item));
    return new ReadResponse(response.status, response.headers, body);
  });
}

function readList(text: string): JsonValue[] {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch (error) {
    throw malformed(error instanceof Error ? error.message : "invalid JSON");
  }
  if (!Array.isArray(value)) throw malformed("expected a JSON array");
  if (!value.every(isJsonObject)) throw malformed("expected a JSON object");
  return value;
}

function malformed(reason: string): BatchedCallError {
  return new BatchedCallError("SUBREQUEST_MALFORMED_RESPONSE", reason);
}
