import type { Caller } from "../auth/caller.ts";
import type { RouterConfig } from "../config/router-config.ts";
import type { AnswerBytes, SubgraphAnswer, SubgraphCall, TakeBytes } from "../execute/subgraph-answer.ts";
import { errorCodes, type GraphqlError } from "../graphql-error.ts";
import { toBuffer } from "../subgraph-client/decode-body.ts";
import type { SubgraphClient } from "../subgraph-client/subgraph-client.ts";
import { type SubgraphResponse, TransportError } from "../subgraph-client/transport.ts";
import type { RequestObserver } from "../telemetry/observer.ts";
import type { Upload } from "../uploads/upload.ts";
import { UploadError } from "../uploads/upload-error.ts";
import { persistsQueries } from "./persisted-query.ts";
import { type BuildHeaders, compileHeaders, type HeaderSources } from "./propagate-headers.ts";
import { httpError, isReadable, readAnswer } from "./read-answer.ts";
import { compileRedaction, type RedactError } from "./redact-errors.ts";
import { compileSend } from "./send-call.ts";

/** What a subgraph call needs to know of the client's request. */
export interface CallerContext {
  sources: HeaderSources;
  /** On whose behalf. */
  caller: Caller;
  observer: RequestObserver;
  /** Aborts when nobody waits for the answer any longer, where the configuration makes that worth watching. */
  signal: AbortSignal | undefined;
  /** In `performance.now()` time: what has not begun by then is not begun. */
  deadlineMs: number;
  /** The client's files. */
  upload?: Upload | undefined;
}

/** Calls one subgraph as configured. It never throws: whatever goes wrong is an error in the answer. */
export type CallOneSubgraph = (
  call: SubgraphCall,
  caller: CallerContext,
  take?: TakeBytes,
) => Promise<SubgraphAnswer | undefined>;

export interface SubgraphSettings {
  name: string;
  config: RouterConfig;
  client: SubgraphClient;
  url: URL;
}

export function compileSubgraphCall({ name, config, client, url }: SubgraphSettings): CallOneSubgraph {
  const buildHeaders: BuildHeaders = compileHeaders(config.headers, name);
  const send = compileSend(client, persistsQueries(config.apq, name));
  const redact: RedactError = compileRedaction(config.includeSubgraphErrors, name);

  return async function callSubgraph(call, caller, take) {
    if (performance.now() > caller.deadlineMs) return { data: null, errors: [limited(name, ...timedOut)] };
    const headers = buildHeaders(caller.sources);
    const traceHeaders: Record<string, string> = {};
    const fetch = caller.observer.subgraphFetch({
      subgraph: name,
      operationName: call.operationName,
      operationKind: call.operationKind,
      url,
      document: call.document,
      bodyBytes: call.body.length,
      headers,
    });
    fetch.injectTraceHeaders(traceHeaders);
    let answer: SubgraphAnswer | undefined;
    let response: SubgraphResponse | undefined;
    try {
      const { operationKind, body } = call;
      const { signal, upload } = caller;
      const outgoing = { operationKind, headers, uncomparedHeaders: traceHeaders, body, signal };
      response = await send(call, outgoing, upload);
      const isTaken = take && isReadable(response) && take(new ResponseBytes(name, response));
      answer = isTaken ? undefined : read(name, response);
    } catch (error) {
      answer = { data: null, errors: [explainFailure(name, error)] };
    }
    fetch.end({
      status: response?.status,
      ...(response && { headers: new ResponseHeaders(response), bytes: response.body.byteLength }),
      errorCode: answer && errorCodes(answer.errors)[0],
    });
    if (!answer || answer.errors.length === 0) return answer;
    // What was cut off because nobody waits any longer is no fault of the subgraph.
    if (!caller.signal?.aborted) caller.observer.graphqlErrors(errorCodes(answer.errors), name);
    return { ...answer, errors: answer.errors.map(redact) };
  };
}

function read(name: string, response: SubgraphResponse): SubgraphAnswer {
  const answer = readAnswer(name, response);
  return answer.errors.length > 0 ? answer : { ...answer, bytes: new ResponseBytes(name, response) };
}

class ResponseBytes implements AnswerBytes {
  constructor(
    private readonly name: string,
    private readonly response: SubgraphResponse,
  ) {}

  get body(): Buffer {
    return toBuffer(this.response.body);
  }

  read(): SubgraphAnswer {
    return read(this.name, this.response);
  }

  equals(other: AnswerBytes): boolean {
    return this.body.equals(other.body);
  }
}

/** Reads single headers without building all of them. */
class ResponseHeaders {
  constructor(private readonly response: SubgraphResponse) {}

  get(name: string): string | null {
    return this.response.header(name) ?? null;
  }
}

function explainFailure(name: string, error: unknown): GraphqlError {
  if (error instanceof UploadError) return httpError(name, error.message);
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
