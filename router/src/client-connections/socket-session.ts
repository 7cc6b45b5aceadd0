import type { PeerReader } from "../http/peer.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import { type Answer, textOf, writeBody } from "../pipeline/answer.ts";
import { errorsText, FatalErrors, type OperationStream } from "../streams/stream-part.ts";
import { type ConnectionHost, toRequest } from "./connection-host.ts";
import { type ClientMessage, type Closing, closings, readClientMessage } from "./socket-messages.ts";

/** What the session needs of a socket. */
export interface Wire {
  /** False where the client reads more slowly than the router writes: then `drained` follows. */
  send(text: string): boolean;
  close(closing: Closing): void;
}

export interface SessionSurroundings {
  host(): ConnectionHost;
  /** The request by which the client came: its headers are those of every operation. */
  upgrade: { url: string; headers: Headers };
  peers: PeerReader;
  closed(session: SocketSession): void;
}

interface RunningOperation {
  abort: AbortController;
  stream: OperationStream | undefined;
}

/** One client's socket, by the graphql-transport-ws protocol. */
export class SocketSession {
  private readonly operations = new Map<string, RunningOperation>();
  private headers: Headers;
  private state: "new" | "initialising" | "acknowledged" | "closed" = "new";
  private timer: ReturnType<typeof setTimeout> | undefined;
  private pinging: ReturnType<typeof setInterval> | undefined;
  private awaitsPong = false;
  private blocked: PromiseWithResolvers<void> | undefined;

  constructor(
    private readonly wire: Wire,
    private readonly surroundings: SessionSurroundings,
  ) {
    this.headers = surroundings.upgrade.headers;
    const { connectionInitTimeoutMs } = this.settings;
    this.timer = setTimeout(() => this.close(closings.initTimeout), connectionInitTimeoutMs);
  }

  receive(text: string): void {
    if (this.state === "closed") return;
    if (text.length > this.surroundings.host().messageBytesMax) {
      this.close(closings.tooLarge);
      return;
    }
    const message = readClientMessage(text);
    if (message) this.act(message);
    else this.close(closings.badMessage);
  }

  drained(): void {
    this.blocked?.resolve();
    this.blocked = undefined;
  }

  /** The client is told that its operations are over, in the order in which they began. */
  async drain(): Promise<void> {
    for (const { stream } of this.operations.values()) stream?.parts.end();
    while (this.operations.size > 0 && this.state !== "closed") await Bun.sleep(drainPollMs);
    this.close(closings.goingAway);
  }

  close(closing: Closing): void {
    if (this.state === "closed") return;
    this.wire.close(closing);
    this.closed();
  }

  /** The socket is gone, whoever closed it. */
  closed(): void {
    if (this.state === "closed") return;
    this.state = "closed";
    clearTimeout(this.timer);
    clearInterval(this.pinging);
    this.drained();
    for (const id of [...this.operations.keys()]) this.stop(id);
    this.surroundings.closed(this);
  }

  private get settings() {
    return this.surroundings.host().streaming.websocket;
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
    clearTimeout(this.timer);
    const { fromConnectionInit, pingIntervalMs } = this.settings;
    const { upgrade } = this.surroundings;
    this.headers = addHeaders(upgrade.headers, payload, fromConnectionInit);
    const head = toRequest({ url: upgrade.url, headers: this.headers }, "", new AbortController().signal);
    const isLetIn = await this.surroundings.host().letsIn(head);
    if (this.isClosed()) return;
    if (!isLetIn) {
      this.close(closings.forbidden);
      return;
    }
    this.state = "acknowledged";
    this.send({ type: "connection_ack" });
    this.pinging = setInterval(() => this.ping(), pingIntervalMs);
    this.watchIdleness();
  }

  private ping(): void {
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
    } else if (this.operations.has(id)) {
      this.close(closings.operationExists(id));
    } else if (this.operations.size >= this.settings.operationsPerConnection) {
      this.close(closings.tooManyOperations);
    } else {
      clearTimeout(this.timer);
      const operation: RunningOperation = { abort: new AbortController(), stream: undefined };
      this.operations.set(id, operation);
      void this.run(id, operation, payload);
    }
  }

  private async run(id: string, operation: RunningOperation, payload: JsonObject): Promise<void> {
    try {
      await this.write(id, await this.ask(operation, payload));
    } catch {
      this.close(closings.internal);
    } finally {
      if (this.operations.get(id) === operation) this.operations.delete(id);
      if (this.operations.size === 0) this.watchIdleness();
    }
  }

  /** Apart from what follows, so that a long stream does not keep the request that opened it. */
  private async ask(operation: RunningOperation, payload: JsonObject): Promise<Answer> {
    const { upgrade, peers, host } = this.surroundings;
    const body = JSON.stringify(payload);
    const request = toRequest({ url: upgrade.url, headers: this.headers }, body, operation.abort.signal);
    const answer = await host().answer(request, peers);
    operation.stream = answer.stream;
    if (operation.abort.signal.aborted) answer.stream?.parts.leave();
    return answer;
  }

  private async write(id: string, answer: Answer): Promise<void> {
    if (!this.operations.has(id)) return;
    if (!answer.stream && isRefusal(answer)) {
      this.wire.send(
        `{"id":${JSON.stringify(id)},"type":"error","payload":${JSON.stringify(answer.errors)}}`,
      );
      return;
    }
    const start = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
    if (answer.stream) {
      for await (const part of answer.stream.parts) {
        if (part instanceof FatalErrors) {
          this.wire.send(`{"id":${JSON.stringify(id)},"type":"error","payload":${errorsText(part)}}`);
          return;
        }
        if (!this.wire.send(`${start}${part}}`)) await this.whenDrained();
      }
    } else {
      this.wire.send(`${start}${textOf(answer.body ?? writeBody(answer))}}`);
    }
    // What the client has ended itself is not told to be over.
    if (this.operations.has(id)) this.send({ type: "complete", id });
  }

  private stop(id: string): void {
    const operation = this.operations.get(id);
    if (!operation) return;
    this.operations.delete(id);
    operation.abort.abort();
    operation.stream?.parts.leave();
    if (this.operations.size === 0) this.watchIdleness();
  }

  private watchIdleness(): void {
    clearTimeout(this.timer);
    if (this.state !== "acknowledged") return;
    this.timer = setTimeout(() => this.close(closings.idle), this.settings.idleTimeoutMs);
  }

  private whenDrained(): Promise<void> {
    this.blocked ??= Promise.withResolvers<void>();
    return this.blocked.promise;
  }

  private send(message: JsonObject): void {
    if (this.state !== "closed") this.wire.send(JSON.stringify(message));
  }

  private isClosed(): boolean {
    return this.state === "closed";
  }
}

const drainPollMs = 10;

/** The protocol's own word for operations that were not executed. */
function isRefusal({ data, errors, body }: Answer): boolean {
  return body === undefined && data === undefined && errors !== undefined && errors.length > 0;
}

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
