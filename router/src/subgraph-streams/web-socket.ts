import type { GraphqlError } from "../graphql-error.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { AnswerStream } from "../streams/answer-stream.ts";
import type { TlsClientOptions } from "../subgraph-client/fetch-transport.ts";
import { readErrorList } from "./read-error-list.ts";
import {
  eventBytesMax,
  type OpenUpstream,
  pushEvent,
  UpstreamError,
  type UpstreamPart,
  type UpstreamRequest,
  upstreamCapacity,
} from "./upstream.ts";

export interface WebSocketSettings {
  url: URL;
  /** Apollo's words: `graphql_ws` is the protocol of today, `graphql_transport_ws` the one before it. */
  protocol: "graphql_ws" | "graphql_transport_ws";
  /** How often the subgraph is pinged; never where undefined. */
  heartbeatMs: number | undefined;
  tls: TlsClientOptions;
}

const protocols = {
  graphql_ws: { name: "graphql-transport-ws", start: "subscribe", stop: "complete" },
  graphql_transport_ws: { name: "graphql-ws", start: "start", stop: "stop" },
} as const;

const acknowledgeTimeoutMs = 5_000;
/** A connection carries one subscription. */
const operationId = "1";

/** Subscribes over a socket of its own, by either of the two protocols. */
export function createWebSocketUpstream(settings: WebSocketSettings): OpenUpstream {
  return (request) => new UpstreamSocket(settings, request).opened;
}

class UpstreamSocket {
  readonly opened: Promise<AnswerStream<UpstreamPart>>;
  private readonly stream = new AnswerStream<UpstreamPart>(upstreamCapacity);
  private readonly opening = Promise.withResolvers<AnswerStream<UpstreamPart>>();
  private readonly socket: WebSocket;
  private readonly timer: ReturnType<typeof setTimeout>;
  private heartbeat: ReturnType<typeof setInterval> | undefined;
  private isSubscribed = false;

  constructor(
    private readonly settings: WebSocketSettings,
    private readonly request: UpstreamRequest,
  ) {
    this.opened = this.opening.promise;
    this.stream.onLeave = () => this.leave();
    this.timer = setTimeout(
      () =>
        this.fail(
          "cannot get the GraphQL websocket stream: cannot receive connection ack from websocket connection",
        ),
      acknowledgeTimeoutMs,
    );
    this.socket = openSocket(settings, request);
    this.socket.onopen = () => this.send({ type: "connection_init", ...connectionParams(request) });
    this.socket.onmessage = ({ data }) => this.receive(data);
    this.socket.onerror = (event) =>
      this.fail(`cannot connect websocket to subgraph: ${(event as ErrorEvent).message ?? "unknown"}`);
    this.socket.onclose = ({ code, reason }) => this.lose(code, reason);
  }

  private receive(data: unknown): void {
    const message = readMessage(data);
    if (!message) {
      this.finish({ kind: "lost", error: unreadable });
      return;
    }
    if (typeof message.id === "string" && message.id !== operationId) return;
    switch (message.type) {
      case "connection_ack":
        if (!this.isSubscribed) this.subscribe();
        return;
      case "ping":
        this.send({ type: "pong" });
        return;
      case "next":
      case "data":
        pushEvent(this.stream, { kind: "payload", payload: message.payload ?? null });
        return;
      case "connection_error":
        this.fail("cannot get the GraphQL websocket stream: the subgraph refused the connection");
        return;
      case "error":
        this.finish({ kind: "refused", errors: readErrorList(message.payload) });
        return;
      case "complete":
        this.finish({ kind: "complete" });
    }
  }

  private subscribe(): void {
    const { start } = protocols[this.settings.protocol];
    this.isSubscribed = true;
    clearTimeout(this.timer);
    this.socket.send(`{"type":"${start}","id":"${operationId}","payload":${this.request.body}}`);
    const { heartbeatMs, protocol } = this.settings;
    if (heartbeatMs !== undefined && protocol === "graphql_ws") {
      this.heartbeat = setInterval(() => this.send({ type: "ping" }), heartbeatMs);
    }
    this.opening.resolve(this.stream);
  }

  private leave(): void {
    if (this.isSubscribed) this.send({ type: protocols[this.settings.protocol].stop, id: operationId });
    this.close();
  }

  private finish(last: UpstreamPart): void {
    if (!this.isSubscribed) {
      this.fail(endedEarly, last.kind === "refused" ? last.errors : undefined);
      return;
    }
    this.stream.end(last);
    this.close();
  }

  private lose(code: number, reason: string): void {
    if (!this.isSubscribed) {
      this.fail(`cannot get the GraphQL websocket stream: closed with code ${code} and reason '${reason}'`);
      return;
    }
    this.finish(code === 1000 ? { kind: "complete" } : { kind: "lost", error: explainClose(code, reason) });
  }

  private fail(message: string, errors?: readonly GraphqlError[]): void {
    if (this.isSubscribed) return;
    this.opening.reject(new UpstreamError(message, errors));
    this.close();
  }

  private send(message: JsonObject): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  private close(): void {
    clearTimeout(this.timer);
    clearInterval(this.heartbeat);
    const { socket } = this;
    socket.onmessage = socket.onerror = socket.onclose = null;
    if (socket.readyState === WebSocket.OPEN) {
      if (this.settings.protocol === "graphql_transport_ws") this.send({ type: "connection_terminate" });
      socket.close(1000);
    } else {
      socket.terminate();
    }
  }
}

function openSocket({ url, protocol, tls }: WebSocketSettings, { headers }: UpstreamRequest): WebSocket {
  return new WebSocket(url, {
    headers,
    protocols: [protocols[protocol].name],
    // Compression would keep 200 KB of state for each subscription.
    perMessageDeflate: false,
    tls: {
      ...(tls.certificateAuthorities !== undefined && { ca: tls.certificateAuthorities }),
      ...(tls.clientAuthentication && {
        cert: tls.clientAuthentication.certificateChain,
        key: tls.clientAuthentication.key,
      }),
    },
  });
}

/** As Apollo Router tells a subgraph who asks: some look nowhere else. */
function connectionParams({ headers }: UpstreamRequest): JsonObject {
  const { authorization } = headers;
  return authorization === undefined ? {} : { payload: { connectionParams: { token: authorization } } };
}

function explainClose(code: number, reason: string): GraphqlError {
  // Not a code that a peer sends: the connection is gone without a word.
  if (code === 1006) {
    return { message: "cannot read message from websocket", extensions: { code: "WEBSOCKET_MESSAGE_ERROR" } };
  }
  return {
    message: `websocket connection has been closed with error code '${code}' and reason '${reason}'`,
    extensions: { code: "WEBSOCKET_CLOSE_ERROR" },
  };
}

const endedEarly =
  "cannot get the GraphQL websocket stream: the subgraph ended it before it acknowledged the connection";

const unreadable = {
  message: "cannot deserialize websocket server message",
  extensions: { code: "INVALID_WEBSOCKET_SERVER_MESSAGE_FORMAT" },
};

function readMessage(data: unknown): JsonObject | undefined {
  const text = typeof data === "string" ? data : Buffer.isBuffer(data) ? data.toString() : undefined;
  if (text === undefined || text.length > eventBytesMax) return undefined;
  try {
    const message = JSON.parse(text) as JsonValue;
    return isJsonObject(message) ? message : undefined;
  } catch {
    return undefined;
  }
}
