import type { RouterConfig } from "../config/router-config.ts";
import type { SubgraphAnswer, SubgraphCall } from "../execute/subgraph-answer.ts";
import type { GraphqlError } from "../graphql-error.ts";
import type { SubgraphClient } from "../subgraph-client/subgraph-client.ts";
import { type SubgraphResponse, TransportError } from "../subgraph-client/transport.ts";
import type { RequestObserver } from "../telemetry/observer.ts";
import { type BuildHeaders, compileHeaders, type HeaderSources } from "./propagate-headers.ts";
import { httpError, readAnswer } from "./read-answer.ts";
import { compileRedaction, type RedactError } from "./redact-errors.ts";

/** What a subgraph call needs to know of the client's request. */
export interface CallerContext {
  sources: HeaderSources;
  observer: RequestObserver;
  /** Aborts when nobody waits for the answer any longer, where the configuration makes that worth watching. */
  signal: AbortSignal | undefined;
  /** In `performance.now()` time: what has not begun by then is not begun. */
  deadlineMs: number;
}

/** Calls one subgraph as configured. It never throws: whatever goes wrong is an error in the answer. */
export type CallOneSubgraph = (call: SubgraphCall, caller: CallerContext) => Promise<SubgraphAnswer>;

export interface SubgraphSettings {
  name: string;
  config: RouterConfig;
  client: SubgraphClient;
  url: URL;
}

export function compileSubgraphCall({ name, config, client, url }: SubgraphSettings): CallOneSubgraph {
  const buildHeaders: BuildHeaders = compileHeaders(config.headers, name);
  const redact: RedactError = compileRedaction(config.includeSubgraphErrors, name);

  return async function callSubgraph(call, caller) {
    if (performance.now() > caller.deadlineMs) return { data: null, errors: [limited(name, ...timedOut)] };
    const headers = buildHeaders(caller.sources);
    const traceHeaders: Record<string, string> = {};
    const fetch = caller.observer.subgraphFetch({
      subgraph: name,
      operationName: call.operationName,
      operationKind: call.operationKind,
      url,
      bodyBytes: call.body.length,
      headers,
    });
    fetch.injectTraceHeaders(traceHeaders);
    let answer: SubgraphAnswer;
    let response: SubgraphResponse | undefined;
    try {
      response = await client.send({
        operationKind: call.operationKind,
        headers,
        uncomparedHeaders: traceHeaders,
        body: call.body,
        signal: caller.signal,
      });
      answer = readAnswer(name, response);
    } catch (error) {
      answer = { data: null, errors: [explainFailure(name, error)] };
    }
    fetch.end({
      status: response?.status,
      ...(response && { headers: new ResponseHeaders(response) }),
      errorCode: errorCodes(answer.errors)[0],
    });
    if (answer.errors.length === 0) return answer;
    caller.observer.graphqlErrors(errorCodes(answer.errors), name);
    return { data: answer.data, errors: answer.errors.map(redact) };
  };
}

/** Reads single headers without building all of them. */
class ResponseHeaders {
  constructor(private readonly response: SubgraphResponse) {}

  get(name: string): string | null {
    return this.response.header(name) ?? null;
  }
}

function explainFailure(name: string, error: unknown): GraphqlError {
  if (!(error instanceof TransportError)) throw error;
  switch (error.code) {
    case "TIMED_OUT":
      return limited(name, ...timedOut);
    case "RATE_LIMITED":
      return limited(name, "REQUEST_RATE_LIMITED", "Your request has been rate limited");
    case "CONCURRENCY_LIMITED":
      return limited(name, "REQUEST_CONCURRENCY_LIMITED", "Your request has been concurrency limited");
    default:
      return httpError(name, error.message);
  }
}

const timedOut = ["GATEWAY_TIMEOUT", "Your request has been timed out"] as const;

function limited(service: string, code: string, message: string): GraphqlError {
  return { message, extensions: { code, service } };
}

function errorCodes(errors: readonly GraphqlError[]): string[] {
  return errors.map(({ extensions }) => (typeof extensions?.code === "string" ? extensions.code : ""));
}
