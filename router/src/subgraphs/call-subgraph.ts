import type { Logger } from "pino";
import { compileContext } from "../auth/context/compile-context.ts";
import type { RouterConfig } from "../config/router-config.ts";
import { batchesCalls } from "../config/sections/batching.ts";
import type { Stages } from "../coprocessor/create-coprocessor.ts";
import type { GraphqlBody } from "../coprocessor/graphql-body.ts";
import { CoprocessorError } from "../coprocessor/reply.ts";
import type { AnswerBytes, SubgraphAnswer, SubgraphCall, TakeBytes } from "../execute/subgraph-answer.ts";
import { errorCodes, type GraphqlError } from "../graphql-error.ts";
import { toBuffer } from "../subgraph-client/decode-body.ts";
import type { SubgraphClient } from "../subgraph-client/subgraph-client.ts";
import { type RetryWish, type SubgraphResponse, TransportError } from "../subgraph-client/transport.ts";
import { UploadError } from "../uploads/upload-error.ts";
import type { CallerContext } from "./caller-context.ts";
import { BatchedCallError } from "./calls-together.ts";
import { CoprocessedExchange, type OutgoingCall } from "./coprocess-call.ts";
import { persistsQueries } from "./persisted-query.ts";
import { type BuildHeaders, compileHeaders } from "./propagate-headers.ts";
import { httpError, isReadable, malformed, readAnswer } from "./read-answer.ts";
import { compileRedaction, type RedactError } from "./redact-errors.ts";
import { compileSend } from "./send-call.ts";

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
  /** Whether calls may be repeated. */
  repeats: boolean;
  coprocessor: Stages<GraphqlBody>;
  logger: Logger;
}

export function compileSubgraphCall(settings: SubgraphSettings): CallOneSubgraph {
  const { name, config, client, url, repeats, coprocessor, logger } = settings;
  const isCoprocessed = coprocessor.request !== undefined || coprocessor.response !== undefined;
  const buildHeaders: BuildHeaders = compileHeaders(config.headers, name);
  const context = compileContext(config, name);
  const send = compileSend({
    subgraph: name,
    client,
    persistsQueries: persistsQueries(config.apq, name),
    batches: batchesCalls(config.batching, name),
  });
  const redact: RedactError = compileRedaction(config.includeSubgraphErrors, name);

  async function ask(
    { call, headers, url }: OutgoingCall,
    caller: CallerContext,
    { take, exchange }: { take?: TakeBytes | undefined; exchange?: CoprocessedExchange },
  ): Promise<SubgraphAnswer | undefined> {
    const uncomparedHeaders: Record<string, string> = {};
    if (context) {
      // Whatever a rule or a coprocessor made of it: only the router's own may get there.
      delete headers[context.header];
      uncomparedHeaders[context.header] = context.sign(caller.caller, caller.observer.requestId);
    }
    const fetch = caller.observer.subgraphFetch({
      subgraph: name,
      operationName: call.operationName,
      operationKind: call.operationKind,
      url,
      document: call.document,
      bodyBytes: call.body.length,
      body: call.body,
      headers,
    });
    fetch.injectTraceHeaders(uncomparedHeaders);
    let answer: SubgraphAnswer | undefined;
    let bytes: ResponseBytes | undefined;
    let response: SubgraphResponse | undefined;
    let resends = 0;
    try {
      const { operationKind, body } = call;
      const { signal } = caller;
      const retry = repeats ? wishOf(caller, () => resends++) : undefined;
      const identity = identityOf(caller, context !== undefined);
      const outgoing = { operationKind, headers, uncomparedHeaders, identity, body, url, signal, retry };
      response = await send(call, outgoing, caller);
      if (take && isReadable(response)) bytes = new ResponseBytes(name, response);
      if (!bytes || !take?.(bytes)) answer = read(name, response);
    } catch (error) {
      answer = { data: null, errors: [explainFailure(name, error)] };
    }
    fetch.end({
      status: response?.status,
      headers: response && new ResponseHeaders(response),
      bytes: response?.body.byteLength,
      resends,
      errorCode: answer && errorCodes(answer.errors)[0],
      answer: answer ?? bytes,
    });
    if (answer && exchange) answer = await exchange.afterCall(call, { answer, response });
    return answer && settle(answer, caller);
  }

  function settle(answer: SubgraphAnswer, caller: CallerContext): SubgraphAnswer {
    if (answer.errors.length === 0) return answer;
    // What was cut off because nobody waits any longer is no fault of the subgraph.
    if (!caller.signal?.aborted) caller.observer.graphqlErrors(errorCodes(answer.errors), name);
    return { ...answer, errors: answer.errors.map(redact) };
  }

  async function askCoprocessed(
    outgoing: OutgoingCall,
    caller: CallerContext,
  ): Promise<SubgraphAnswer | undefined> {
    const exchange = new CoprocessedExchange(coprocessor, caller);
    try {
      const asked = await exchange.beforeCall(outgoing);
      if (asked.kind === "answer") return settle(asked.answer, caller);
      return await ask(asked, caller, { exchange });
    } catch (error) {
      if (!(error instanceof CoprocessorError)) throw error;
      logger.error({ subgraph: name }, `coprocessor: subgraph stage error: ${error.message}`);
      return settle({ data: null, errors: [explainCoprocessor(name, error)] }, caller);
    }
  }

  return function callSubgraph(call, caller, take) {
    if (performance.now() > caller.deadlineMs) {
      const late = { data: null, errors: [limited(name, ...timedOut)] };
      return Promise.resolve(late);
    }
    const refusal = caller.refuse?.(name);
    if (refusal) return Promise.resolve(settle({ data: null, errors: [refusal] }, caller));
    const outgoing = { call, headers: buildHeaders(caller.sources), url };
    return isCoprocessed ? askCoprocessed(outgoing, caller) : ask(outgoing, caller, { take });
  };
}

function explainCoprocessor(name: string, error: CoprocessorError): GraphqlError {
  return error.isTimeout ? limited(name, ...timedOut) : httpError(name, error.message);
}

function wishOf(caller: CallerContext, repeats: () => void): RetryWish {
  return { untilMs: caller.deadlineMs, isWanted: () => caller.isWaiting(), repeats };
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

  get head(): SubgraphResponse {
    return this.response;
  }

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

/** What keeps equal requests from sharing an answer: who asks, where only a signature says so, and when. */
function identityOf({ caller, epoch }: CallerContext, isSigned: boolean): string | undefined {
  if (!epoch) return isSigned ? caller.identity : undefined;
  return `${isSigned ? caller.identity : ""} ${epoch()}`;
}

function explainFailure(name: string, error: unknown): GraphqlError {
  if (error instanceof UploadError) return httpError(name, error.message);
  if (error instanceof BatchedCallError) return explainBatchedCall(name, error);
  if (!(error instanceof TransportError)) throw error;
  switch (error.code) {
    case "TIMED_OUT":
      return limited(name, ...timedOut);
    case "RATE_LIMITED":
      return limited(name, "REQUEST_RATE_LIMITED", "Your request has been rate limited");
    case "CONCURRENCY_LIMITED":
      return limited(name, "REQUEST_CONCURRENCY_LIMITED", "Your request has been concurrency limited");
    case "CIRCUIT_OPEN":
      return limited(
        name,
        "SUBGRAPH_CIRCUIT_OPEN",
        "The subgraph failed too often and is left alone for now",
      );
    default:
      return httpError(name, error.message);
  }
}

function explainBatchedCall(service: string, { code, reason }: BatchedCallError): GraphqlError {
  if (code === "SUBREQUEST_MALFORMED_RESPONSE") return malformed(service, reason);
  return { message: `Batching error for '${service}': ${reason}`, extensions: { service, reason, code } };
}

const timedOut = ["GATEWAY_TIMEOUT", "Your request has been timed out"] as const;

function limited(service: string, code: string, message: string): GraphqlError {
  return { message, extensions: { code, service } };
}
