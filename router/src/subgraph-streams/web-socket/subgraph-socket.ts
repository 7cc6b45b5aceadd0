import type { GraphqlError } from "../../graphql-error.ts";
import type { JsonObject } from "../../json.ts";
import { AnswerStream } from "../../streams/answer-stream.ts";
import { Rounds } from "../../streams/rounds.ts";
import { SmallMap } from "../../streams/small-map.ts";
import type { TlsClientOptions } from "../../subgraph-client/tls-options.ts";
import { readErrorList } from "../read-error-list.ts";
import { eventBytesMax, pushEvent, UpstreamError, type UpstreamPart, upstreamCapacity } from "../upstream.ts";
import { ClientSocket, type SocketListener } from "./client/client-socket.ts";
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
  id: string;
  body: string;
  opening: PromiseWithResolvers<AnswerStream<UpstreamPart>>;
}

const acknowledgeTimeoutMs = 5_000;

/** Who looks for a socket that can take one subscription more. */
export interface RoomWatch {
  roomChanged(socket: SubgraphSocket): void;
}

/** One socket to a subgraph. It closes with the last of its subscriptions. */
export class SubgraphSocket implements SocketListener {
  /** Subscriptions that the subgraph knows of. */
  private readonly streams = new SmallMap<string, AnswerStream<UpstreamPart>>();
  /** Those that begin when it has acknowledged the connection. */
  private waiting: Waiting[] = [];
  private readonly socket: ClientSocket;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private state: "opening" | "acknowledged" | "closed" = "opening";
  private token: string | undefined;
  private lastId = 0;

  /** @param sharedBy equal for subscriptions that it may carry */
  constructor(
    private readonly settings: WebSocketSettings,
    headers: Readonly<Record<string, string>>,
    private readonly watch: RoomWatch,
    readonly sharedBy: string,
  ) {
    const { url, protocol, tls } = settings;
    this.token = headers.authorization;
    this.timer = setTimeout(() => this.fail(notAcknowledged), acknowledgeTimeoutMs);
    const request = { url, headers, protocol: protocols[protocol].name, tls, messageBytesMax: eventBytesMax };
    this.socket = new ClientSocket(request, this);
  }

  get hasRoom(): boolean {
    return this.state !== "closed" && this.size < this.settings.subscriptionsMax;
  }

  /** Rejects with an `UpstreamError` only. */
  subscribe(body: string): Promise<AnswerStream<UpstreamPart>> {
    const id = String(++this.lastId);
    if (this.state === "acknowledged") {
      const stream = this.start(id, body);
      this.watch.roomChanged(this);
      return Promise.resolve(stream);
    }
    const opening = Promise.withResolvers<AnswerStream<UpstreamPart>>();
    this.waiting.push({ id, body, opening });
    this.watch.roomChanged(this);
    return opening.promise;
  }

  opened(): void {
    this.send({ type: "connection_init", ...connectionParams(this.token) });
    this.token = undefined;
  }

  failed(reason: string): void {
    this.fail(`cannot connect websocket to subgraph: ${reason}`);
  }

  closed(code: number, reason: string): void {
    if (this.state === "opening") {
      this.fail(`cannot get the GraphQL websocket stream: closed with code ${code} and reason '${reason}'`);
    } else {
      this.endAll(code === 1000 ? { kind: "complete" } : { kind: "lost", error: explainClose(code, reason) });
    }
  }

  turn(): void {
    this.send({ type: "ping" });
  }

  private get size(): number {
    return this.streams.size + this.waiting.length;
  }

  message(text: string): void {
    const message = readMessage(text);
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
    this.timer = undefined;
    const { pingedEveryMs, waiting } = this;
    if (pingedEveryMs !== undefined) Rounds.every(pingedEveryMs).join(this);
    this.waiting = [];
    for (const { id, body, opening } of waiting) opening.resolve(this.start(id, body));
  }

  private get pingedEveryMs(): number | undefined {
    const { heartbeatMs, protocol } = this.settings;
    return protocols[protocol].isPinged ? heartbeatMs : undefined;
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
    else this.watch.roomChanged(this);
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
    for (const { opening } of this.waiting) opening.reject(new UpstreamError(message, errors));
    this.waiting = [];
  }

  private send(message: JsonObject): void {
    this.socket.send(JSON.stringify(message));
  }

  private close(): void {
    if (this.state === "closed") return;
    this.state = "closed";
    clearTimeout(this.timer);
    if (this.pingedEveryMs !== undefined) Rounds.every(this.pingedEveryMs).leave(this);
    if (this.settings.protocol === "graphql_transport_ws") this.send({ type: "connection_terminate" });
    this.socket.close();
    this.watch.roomChanged(this);
  }
}

/** As Apollo Router tells a subgraph who asks: some look nowhere else. */
function connectionParams(token: string | undefined): JsonObject {
  return token === undefined ? {} : { payload: { connectionParams: { token } } };
}

const notAcknowledged =
  "cannot get the GraphQL websocket stream: cannot receive connection ack from websocket connection";
const refused = "cannot get the GraphQL websocket stream: the subgraph refused the connection";
const endedEarly =
  "cannot get the GraphQL websocket stream: the subgraph ended it before it acknowledged the connection";
