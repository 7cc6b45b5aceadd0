import type { PeerReader } from "../http/peer.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import { type Answer, bodyOf, textOf } from "../pipeline/answer.ts";
import { type RoundMember, Rounds } from "../streams/rounds.ts";
import { SmallMap } from "../streams/small-map.ts";
import { errorsText, FatalErrors, type StreamPart } from "../streams/stream-part.ts";
import { type ConnectionHost, toRequest } from "./connection-host.ts";
import { ConnectionOperation, type OperationConnection } from "./connection-operation.ts";
import { type ClientMessage, type Closing, closings, readClientMessage } from "./socket-messages.ts";
import type { SocketPeer } from "./socket-peer.ts";

/** Who keeps the sessions. */
export interface SessionKeeper {
  readonly host: () => ConnectionHost;
  opened(session: SocketSession): void;
  closed(session: SocketSession): void;
}

/** The request by which a client came: its headers are those of every operation. */
export interface SessionStart {
  url: string;
  headers: Headers;
  peers: PeerReader;
}

/** One client's socket, by the graphql-transport-ws protocol. */
export class SocketSession implements SocketPeer, OperationConnection, RoundMember {
  takes = true;
  private readonly operations = new SmallMap<string, ConnectionOperation>();
  private readonly url: string;
  private readonly peers: PeerReader;
  private headers: Headers;
  private socket: Bun.ServerWebSocket<SocketPeer> | undefined;
  private state: "new" | "initialising" | "acknowledged" | "closed" = "new";
  private timer: ReturnType<typeof setTimeout> | undefined;
  private pingedEveryMs: number | undefined;
  private awaitsPong = false;

  constructor(
    private readonly keeper: SessionKeeper,
    { url, headers, peers }: SessionStart,
  ) {
    this.url = url;
    this.headers = headers;
    this.peers = peers;
  }

  opened(socket: Bun.ServerWebSocket<SocketPeer>): void {
    this.socket = socket;
    this.keeper.opened(this);
    this.timer = setTimeout(() => this.close(closings.initTimeout), this.settings.connectionInitTimeoutMs);
  }

  received(data: string | Buffer): void {
    if (this.state === "closed") return;
    const text = data.toString();
    if (text.length > this.keeper.host().messageBytesMax) {
      this.close(closings.tooLarge);
      return;
    }
    const message = readClientMessage(text);
    if (message) this.act(message);
    else this.close(closings.badMessage);
  }

  drained(): void {
    this.takes = true;
    for (const operation of this.operations.values()) operation.resume();
  }

  /** The client is told that its operations are over, in the order in which they began. */
  async drain(): Promise<void> {
    for (const operation of this.operations.values()) operation.end();
    while (this.operations.size > 0 && this.state !== "closed") await Bun.sleep(drainPollMs);
    this.close(closings.goingAway);
  }

  close(closing: Closing): void {
    if (this.state === "closed") return;
    this.socket?.close(closing.code, closing.reason);
    this.closed();
  }

  /** The socket is gone, whoever closed it. */
  closed(): void {
    if (this.state === "closed") return;
    this.state = "closed";
    this.stopTimer();
    if (this.pingedEveryMs !== undefined) Rounds.every(this.pingedEveryMs).leave(this);
    for (const id of this.operations.keys()) this.stop(id);
    this.keeper.closed(this);
  }

  private get settings() {
    return this.keeper.host().streaming.websocket;
  }

  private act(message: ClientMessage): void {
    switch (message.type) {
      case "connection_init":
        void this.initialise(message.payload);
        return;
      case "ping":
        this.send({ type: "pong", ...(message.payload && { payload: message.payload }) });
        return;
      case "pong":
        this.awaitsPong = false;
        return;
      case "subscribe":
        this.subscribe(message.id, message.payload);
        return;
      case "complete":
        this.stop(message.id);
    }
  }

  private async initialise(payload: JsonObject): Promise<void> {
    if (this.state !== "new") {
      this.close(closings.tooManyInits);
      return;
    }
    this.state = "initialising";
    this.stopTimer();
    const { url } = this;
    const { fromConnectionInit, pingIntervalMs } = this.settings;
    this.headers = addHeaders(this.headers, payload, fromConnectionInit);
    const head = toRequest({ url, headers: this.headers }, "", new AbortController().signal);
    const isLetIn = await this.keeper.host().letsIn(head);
    if (this.isClosed()) return;
    if (!isLetIn) {
      this.close(closings.forbidden);
      return;
    }
    this.state = "acknowledged";
    this.send({ type: "connection_ack" });
    this.pingedEveryMs = pingIntervalMs;
    Rounds.every(pingIntervalMs).join(this);
    this.watchIdleness();
  }

  turn(): void {
    if (this.awaitsPong) {
      this.close(closings.silent);
      return;
    }
    this.awaitsPong = true;
    this.send({ type: "ping" });
  }

  private subscribe(id: string, payload: JsonObject): void {
    if (this.state !== "acknowledged") {
      this.close(closings.unauthorized);
    } else if (this.operations.get(id)) {
      this.close(closings.operationExists(id));
    } else if (this.operations.size >= this.settings.operationsPerConnection) {
      this.close(closings.tooManyOperations);
    } else {
      this.stopTimer();
      const operation = new ConnectionOperation(id, this);
      this.operations.set(id, operation);
      const { url, headers } = this;
      const body = JSON.stringify(payload);
      operation
        .run((signal) => this.keeper.host().answer(toRequest({ url, headers }, body, signal), this.peers))
        .catch(() => this.close(closings.internal));
    }
  }

  write(id: string, part: StreamPart): void {
    const isError = part instanceof FatalErrors;
    const type = isError ? "error" : "next";
    const payload = isError ? errorsText(part) : part;
    this.sendText(`{"id":${JSON.stringify(id)},"type":"${type}","payload":${payload}}`);
  }

  /** The protocol has its own word for operations that were not executed. */
  toPart(answer: Answer): StreamPart {
    const { data, errors, body } = answer;
    const isRefusal = body === undefined && data === undefined && errors !== undefined && errors.length > 0;
    return isRefusal ? new FatalErrors(errors) : textOf(bodyOf(answer));
  }

  finished({ id, hasFailed }: ConnectionOperation): void {
    this.operations.delete(id);
    if (!hasFailed) this.send({ type: "complete", id });
    if (this.operations.size === 0) this.watchIdleness();
  }

  private stop(id: string): void {
    const operation = this.operations.get(id);
    if (!operation) return;
    this.operations.delete(id);
    operation.stop();
    if (this.operations.size === 0) this.watchIdleness();
  }

  private watchIdleness(): void {
    this.stopTimer();
    if (this.state !== "acknowledged") return;
    this.timer = setTimeout(() => this.close(closings.idle), this.settings.idleTimeoutMs);
  }

  /** One that has run keeps memory for as long as it is named. */
  private stopTimer(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private send(message: JsonObject): void {
    this.sendText(JSON.stringify(message));
  }

  private sendText(text: string): void {
    if (this.state === "closed") return;
    // Bun says so where the client does not read: `drained` follows.
    if ((this.socket?.send(text) ?? 0) <= 0) this.takes = false;
  }

  private isClosed(): boolean {
    return this.state === "closed";
  }
}

const drainPollMs = 10;

/** Clients put headers into the payload itself, or below one of two usual names. */
function addHeaders(headers: Headers, payload: JsonObject, names: readonly string[]): Headers {
  const added = new Headers(headers);
  const places = [payload, payload.headers, payload.connectionParams].filter(isRecord);
  for (const place of places) {
    for (const [key, value] of Object.entries(place)) {
      const isTaken = typeof value === "string" && names.includes(key.toLowerCase()) && isHeaderValue(value);
      if (isTaken) added.set(key, value);
    }
  }
  return added;
}

function isRecord(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value from a client must not be able to begin a header of its own. */
function isHeaderValue(value: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
}
