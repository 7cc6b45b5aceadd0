import { eventStreamType, writeEventStream } from "../client-streams/event-stream.ts";
import { multipartTypes, writeMultipart } from "../client-streams/multipart.ts";
import { type Accepts, readAccept } from "../http/negotiate.ts";
import type { OperationStream } from "../streams/stream-part.ts";
import type { Exchange } from "./exchange.ts";

type Written = { type: string; body: ReadableStream<Uint8Array> };

/** Whether the client can read this kind of stream, in any form that it says it accepts. */
export function acceptsStream({ pipeline, request }: Exchange, kind: OperationStream["kind"]): boolean {
  const accepts = readAccept(request.headers.get("accept"));
  if (!accepts) return false;
  if (accepts.eventStream && pipeline.offersEvents) return true;
  return kind === "subscription" ? accepts.multipartSubscription : acceptsIncremental(accepts);
}

/** Begins an answer without end in the form that the client accepts. */
export function writeStream(exchange: Exchange, stream: OperationStream): Response {
  const { pipeline, received, request, observer } = exchange;
  const { type, body } = chooseForm(exchange, stream);
  const headers = new Headers({
    "content-type": type,
    "cache-control": "no-cache",
    // A proxy that keeps what it has until there is more of it would keep it for long.
    "x-accel-buffering": "no",
  });
  for (const [name, value] of exchange.answerHeaders ?? []) headers.set(name, value);
  pipeline.cors.addHeaders(received.headers.get("origin"), headers);
  observer.writeResponseHeaders(headers);
  observer.end({ status: 200, headers });
  // Nobody will read it, and nobody would say so.
  if (received.signal.aborted || request.signal.aborted) stream.parts.leave();
  return new Response(body, { status: 200, headers });
}

/** Whether parts are to be told by id: only a client that does not read Apollo Router's form is. */
export function readsIncrementalIds({ request }: Exchange): boolean {
  const accepts = readAccept(request.headers.get("accept"));
  return accepts?.multipartIncremental === true && !accepts.multipartDefer;
}

function chooseForm({ pipeline, request }: Exchange, stream: OperationStream): Written {
  const accepts = readAccept(request.headers.get("accept"));
  if (stream.kind === "subscription" && accepts?.multipartSubscription === true) {
    return { type: multipartTypes.subscription, body: writeMultipart(stream) };
  }
  if (stream.kind === "incremental" && accepts && acceptsIncremental(accepts)) {
    const type = accepts.multipartDefer ? multipartTypes.defer : multipartTypes.incremental;
    return { type, body: writeMultipart(stream) };
  }
  const { pingIntervalMs } = pipeline.config.plugins["mycelium.streaming"].sse;
  return { type: eventStreamType, body: writeEventStream(stream, pingIntervalMs) };
}

function acceptsIncremental({ multipartDefer, multipartIncremental }: Accepts): boolean {
  return multipartDefer || multipartIncremental;
}
