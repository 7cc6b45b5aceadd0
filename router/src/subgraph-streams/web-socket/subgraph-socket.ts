import type { GraphqlError } from "../../graphql-error.ts";
import type { JsonObject } from "../../json.ts";
import { AnswerStream } from "../../streams/answer-stream.ts";
import { type TlsClientOptions, toTlsOptions } from "../../subgraph-client/tls-options.ts";
import { readErrorList } from "../read-error-list.ts";
import { pushEvent, UpstreamError, type UpstreamPart, upstreamCapacity } from "../upstream.ts";
import { explainClose, protocols, readMessage, unreadable, type WebSocketProtocol } from "./protocols.ts";

export interface WebSocketSettings {
  url: URL;
  protocol: WebSocketProtocol;
  /** How often the subgraph is pinged; never where undefined. */
  heartbeatMs: number | undefined;
  tls: TlsClientOptions;
  /** On one socket at once. */
  subscriptionsMax: number;
}

interface Waiting {
  body: string;
  opening: PromiseWithResolvers<AnswerStream<UpstreamPart>>;
}

const acknowledgeTimeoutMs = 5_000;

/** One socket to a subgraph. It closes with the last of its subscriptions. */
export class SubgraphSocket {
  /** Subscriptions that the subgraph knows of. */
  private readonly streams = new Map<string, AnswerStream<UpstreamPart>>();
  /** Those that begin when it has acknowledged the connection. */
  private readonly waiting = new Map<string, Waiting>();
  private readonly socket: WebSocket;
  private readonly timer: ReturnType<typeof setTimeout>;
  private heartbeat: ReturnType<typeof setInterval> | undefined;
  private state: "opening" | "acknowledged" | "closed" = "opening";
  private lastId = 0;

  constructor(
    private readonly settings: WebSocketSettings,
    headers: Readonly<Record<string, string>>,
    private readonly roomChanged: (socket: SubgraphSocket) => void,
  ) {
    this.timer = setTimeout(() => this.fail(notAcknowledged), acknowledgeTimeoutMs);
    this.socket = openSocket(settings, headers);
    this.socket.onopen = () => this.send({ type: "connection_init", ...connectionParams(headers) });
    this.socket.onmessage = ({ data }) => this.receive(data);
    this.socket.onerror = (event) =>
      this.fail(`cannot connect websocket to subgraph: ${(event as ErrorEvent).message ?? "unknown"}`);
    this.socket.onclose = ({ code, reason }) => this.lose(code, reason);
  }

  get hasRoom(): boolean {
    return this.state !== "closed" && this.size < this.settings.subscriptionsMax;
  }

  /** Rejects with an `UpstreamError` only. */
  subscribe(body: string): Promise<AnswerStream<UpstreamPart>> {
    const id = String(++this.lastId);
    if (this.state === "acknowledged") {
      const stream = this.start(id, body);
      this.roomChanged(this);
      return Promise.resolve(stream);
    }
    const opening = Promise.withResolvers<AnswerStream<UpstreamPart>>();
    this.waiting.set(id, { body, opening });
    this.roomChanged(this);
    return opening.promise;
  }

  private get size(): number {
    return this.streams.size + this.waiting.size;
  }

  private receive(data: unknown): void {
    const message = readMessage(data);
    if (!message) {
      this.endAll({ kind: "lost", error: unreadable });
      return;
    }
    switch (message.type) {
      case "connection_ack":
        if (this.state === "opening") this.acknowledged();
        return;
      case "ping":
        this.send({ type: "pong" });
        return;
      case "connection_error":
        if (this.state === "opening") this.fail(refused);
        return;
      case "next":
      case "data":
        this.pass(message, { kind: "payload", payload: message.payload ?? null });
        return;
      case "error":
        this.end(message, { kind: "refused", errors: readErrorList(message.payload) });
        return;
      case "complete":
        this.end(message, { kind: "complete" });
    }
  }

  private acknowledged(): void {
    this.state = "acknowledged";
    clearTimeout(this.timer);
    const { heartbeatMs, protocol } = this.settings;
    if (heartbeatMs !== undefined && protocols[protocol].isPinged) {
      this.heartbeat = setInterval(() => this.send({ type: "ping" }), heartbeatMs);
    }
    for (const [id, { body, opening }] of this.waiting) opening.resolve(this.start(id, body));
    this.waiting.clear();
  }

  private start(id: string, body: string): AnswerStream<UpstreamPart> {
    const { start } = protocols[this.settings.protocol];
    const stream = new AnswerStream<UpstreamPart>(upstreamCapacity);
    stream.onLeave = () => this.leave(id);
    this.streams.set(id, stream);
    this.socket.send(`{"type":"${start}","id":"${id}","payload":${body}}`);
    return stream;
  }

  private pass(message: JsonObject, part: UpstreamPart): void {
    const stream = this.streams.get(this.idOf(message));
    if (stream) pushEvent(stream, part);
  }

  /** The subgraph ends one subscription, or has nothing to do with whoever asks. */
  private end(message: JsonObject, last: UpstreamPart): void {
    if (this.state === "opening") {
      this.fail(endedEarly, last.kind === "refused" ? last.errors : undefined);
      return;
    }
    const id = this.idOf(message);
    this.streams.get(id)?.end(last);
    this.remove(id);
  }

  /** Some subgraphs say no id where there is but one. */
  private idOf({ id }: JsonObject): string {
    if (typeof id === "string") return id;
    const [only = ""] = this.streams.size === 1 ? this.streams.keys() : [];
    return only;
  }

  private leave(id: string): void {
    this.send({ type: protocols[this.settings.protocol].stop, id });
    this.remove(id);
  }

  private remove(id: string): void {
    if (!this.streams.delete(id)) return;
    if (this.size === 0) this.close();
    else this.roomChanged(this);
  }

  private lose(code: number, reason: string): void {
    if (this.state === "opening") {
      this.fail(`cannot get the GraphQL websocket stream: closed with code ${code} and reason '${reason}'`);
    } else {
      this.endAll(code === 1000 ? { kind: "complete" } : { kind: "lost", error: explainClose(code, reason) });
    }
  }

  private endAll(last: UpstreamPart): void {
    if (this.state === "opening") {
      this.fail(endedEarly);
      return;
    }
    this.close();
    for (const stream of this.streams.values()) stream.end(last);
    this.streams.clear();
  }

  /** None of those that wait will begin. */
  private fail(message: string, errors?: readonly GraphqlError[]): void {
    if (this.state !== "opening") return;
    this.close();
    for (const { opening } of this.waiting.values()) opening.reject(new UpstreamError(message, errors));
    this.waiting.clear();
  }

  private send(message: JsonObject): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  private close(): void {
    if (this.state === "closed") return;
    this.state = "closed";
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
    this.roomChanged(this);
  }
}

function openSocket(
  { url, protocol, tls }: WebSocketSettings,
  headers: Readonly<Record<string, string>>,
): WebSocket {
  return new WebSocket(url, {
    headers,
    protocols: [protocols[protocol].name],
    // Compression would keep 200 KB of state for each socket.
    perMessageDeflate: false,
    tls: toTlsOptions(tls),
  });
}

/** As Apollo Router tells a subgraph who asks: some look nowhere else. */
function connectionParams({ authorization }: Readonly<Record<string, string>>): JsonObject {
  return authorization === undefined ? {} : { payload: { connectionParams: { token: authorization } } };
}

const notAcknowledged =
  "cannot get the GraphQL websocket stream: cannot receive connection ack from websocket connection";
const refused = "cannot get the GraphQL websocket stream: the subgraph refused the connection";
const endedEarly =
  "cannot get the GraphQL websocket stream: the subgraph ended it before it acknowledged the connection";
