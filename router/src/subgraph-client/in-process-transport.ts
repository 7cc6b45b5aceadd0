import { AsyncLocalStorage } from "node:async_hooks";
import { ACCEPTED_TYPES, checkHeader, JSON_TYPE, TRANSPORT_HEADERS } from "./http1/request-message.ts";
import { readResponse } from "./read-response.ts";
import { runUntilDeadline } from "./run-until-deadline.ts";
import {
  type StreamRequestInit,
  type SubgraphRequest,
  type SubgraphResponse,
  type Transport,
  TransportError,
} from "./transport.ts";

export type RequestHandler = (request: Request) => Response | Promise<Response>;

/** Calls a subgraph that lives in this process, such as a Hono app's `fetch`, without a socket between. */
export class InProcessTransport implements Transport {
  // The handler must not see what the router keeps for a client request, so it runs in the context of start-up.
  private readonly outsideRequest = AsyncLocalStorage.snapshot();

  constructor(private readonly handler: RequestHandler) {}

  send(request: SubgraphRequest): Promise<SubgraphResponse> {
    return runUntilDeadline(request, async (signal) => {
      const response = await this.outsideRequest(callHandler, this.handler, toWebRequest(request, signal));
      const limits = { bodyBytesMax: request.answerBytesMax, signal, isLengthTrusted: false };
      return readResponse(response, limits).catch((cause) => {
        throw toTransportError(cause);
      });
    });
  }

  openStream(url: URL, init: StreamRequestInit): Promise<Response> {
    return this.outsideRequest(callHandler, this.handler, new Request(url.href, { ...init, method: "POST" }));
  }

  close(): void {}
}

async function callHandler(handler: RequestHandler, request: Request): Promise<Response> {
  try {
    const response = await handler(request);
    if (response instanceof Response) return response;
  } catch (cause) {
    throw new TransportError("CONNECTION_LOST", "the subgraph failed before it answered", { cause });
  }
  throw new TransportError("BAD_ANSWER", "the subgraph's handler returned no response");
}

function toTransportError(cause: unknown): TransportError {
  if (cause instanceof TransportError) return cause;
  return new TransportError("CONNECTION_LOST", "the subgraph failed in the middle of its answer", { cause });
}

function toWebRequest(request: SubgraphRequest, signal: AbortSignal): Request {
  const headers = toWebHeaders(request);
  return new Request(request.url.href, { method: "POST", headers, body: toBodyInit(request.body), signal });
}

/** What a transport over a socket would send. */
export function toWebHeaders({ headers: given, contentType = JSON_TYPE }: SubgraphRequest): Headers {
  const headers = new Headers({ "content-type": contentType, accept: ACCEPTED_TYPES });
  for (const name in given) {
    if (TRANSPORT_HEADERS.has(name)) continue;
    const value = given[name]!;
    checkHeader(name, value);
    headers.set(name, value);
  }
  return headers;
}

/** The type leaves out bytes over shared memory, which bodies never are. */
export function toBodyInit(body: string | Uint8Array): string | Uint8Array<ArrayBuffer> {
  return body as string | Uint8Array<ArrayBuffer>;
}
