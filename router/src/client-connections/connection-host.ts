import type { StreamingConfig } from "../config/sections/mycelium/streaming.ts";
import type { PeerReader } from "../http/peer.ts";
import type { Answer } from "../pipeline/answer.ts";
import { answerOnConnection, letsIn } from "../pipeline/handle-request.ts";
import type { Pipeline } from "../pipeline/pipeline.ts";

/** What a connection of many operations asks of the router that serves now. */
export interface ConnectionHost {
  readonly streaming: StreamingConfig;
  /** A message may be as large as a request's body. */
  readonly messageBytesMax: number;
  /** An operation of a connection takes the same way as any other request; only its answer is not written yet. */
  answer(request: Request, peers: PeerReader): Promise<Answer>;
  /** Whether a request with this head would be let in. */
  letsIn(request: Request): Promise<boolean>;
  /** Whether a page of the request's origin may open a connection that no preflight guards. */
  allowsOrigin(request: Request): boolean;
  addCorsHeaders(request: Request, headers: Headers): void;
}

export function createConnectionHost(pipeline: Pipeline): ConnectionHost {
  const { config, cors } = pipeline;
  return {
    streaming: config.plugins["mycelium.streaming"],
    messageBytesMax: config.limits.httpMaxRequestBytes,
    answer: (request, peers) => answerOnConnection(pipeline, request, peers),
    letsIn: (request) => letsIn(pipeline, request),
    allowsOrigin: ({ headers }) => {
      const origin = headers.get("origin");
      return origin === null || isOwn(origin, headers.get("host")) || cors.allows(origin);
    },
    addCorsHeaders: (request, headers) => cors.addHeaders(request.headers.get("origin"), headers),
  };
}

function isOwn(origin: string, host: string | null): boolean {
  return URL.canParse(origin) && new URL(origin).host === host;
}

/** As a request of its own, with the connection's headers: whatever holds for requests holds for it. */
export function toRequest(
  { url, headers }: { url: string; headers: Headers },
  body: string,
  signal: AbortSignal,
): Request {
  const own = new Headers(headers);
  for (const name of connectionHeaders) own.delete(name);
  own.set("content-type", "application/json");
  own.set("content-length", String(Buffer.byteLength(body)));
  own.set("accept", anyForm);
  return new Request(url, { method: "POST", headers: own, body, signal });
}

const anyForm = "application/json, multipart/mixed;subscriptionSpec=1.0, multipart/mixed;deferSpec=20220824";

/** Those of the connection's own handshake. */
const connectionHeaders = [
  "connection",
  "upgrade",
  "sec-websocket-key",
  "sec-websocket-version",
  "sec-websocket-extensions",
  "sec-websocket-protocol",
  "accept-encoding",
  "x-graphql-event-stream-token",
];
