import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import type { GraphqlError } from "../graphql-error.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { AnswerStream } from "../streams/answer-stream.ts";
import { readErrorList } from "./read-error-list.ts";
import { pushEvent, type UpstreamPart, upstreamCapacity } from "./upstream.ts";

export const callbackProtocol = { name: "subscription-protocol", value: "callback/1.0" } as const;

/** A subscription whose events a subgraph delivers by requests of its own. */
export interface Callback {
  id: string;
  verifier: string;
  stream: AnswerStream<UpstreamPart>;
}

interface OpenCallback {
  stream: AnswerStream<UpstreamPart>;
  /** Undefined where the subgraph need not show that it lives. */
  silence: ReturnType<typeof setTimeout> | undefined;
  silenceMsMax: number;
}

/** As many heartbeats as may be missed before a subgraph counts as gone. */
const heartbeatsMissedMax = 3;

/**
 * The subscriptions that subgraphs call back for, by Apollo's callback protocol 1.0. One for the process: subgraphs
 * go on calling after a reload. https://www.apollographql.com/docs/graphos/routing/operations/subscriptions/callback-protocol
 */
export class Callbacks {
  private readonly key = randomUUID();
  private readonly open = new Map<string, OpenCallback>();

  get size(): number {
    return this.open.size;
  }

  create(heartbeatMs: number | undefined): Callback {
    const id = randomUUID();
    const stream = new AnswerStream<UpstreamPart>(upstreamCapacity);
    stream.onLeave = () => this.forget(id);
    const silenceMsMax = heartbeatMs === undefined ? 0 : heartbeatMs * heartbeatsMissedMax;
    const callback: OpenCallback = { stream, silence: undefined, silenceMsMax };
    this.open.set(id, callback);
    this.awaitHeartbeat(id, callback);
    return { id, verifier: this.verifierOf(id), stream };
  }

  exists(id: string): boolean {
    return this.open.has(id);
  }

  isVerifier(id: string, verifier: string): boolean {
    const expected = Buffer.from(this.verifierOf(id));
    const given = Buffer.from(verifier);
    return expected.length === given.length && timingSafeEqual(expected, given);
  }

  verifierOf(id: string): string {
    return createHmac("sha256", this.key).update(id).digest("hex");
  }

  /** False where there is no such subscription. */
  deliver(id: string, payload: JsonValue): boolean {
    const callback = this.open.get(id);
    if (!callback) return false;
    this.awaitHeartbeat(id, callback);
    pushEvent(callback.stream, { kind: "payload", payload });
    return true;
  }

  beat(id: string): boolean {
    const callback = this.open.get(id);
    if (callback) this.awaitHeartbeat(id, callback);
    return callback !== undefined;
  }

  complete(id: string, errors: readonly GraphqlError[] | undefined): boolean {
    return this.finish(id, errors ? { kind: "refused", errors } : { kind: "complete" });
  }

  private finish(id: string, last: UpstreamPart): boolean {
    const callback = this.open.get(id);
    if (!callback) return false;
    this.forget(id);
    callback.stream.end(last);
    return true;
  }

  private forget(id: string): void {
    clearTimeout(this.open.get(id)?.silence);
    this.open.delete(id);
  }

  private awaitHeartbeat(id: string, callback: OpenCallback): void {
    clearTimeout(callback.silence);
    if (callback.silenceMsMax === 0) return;
    callback.silence = setTimeout(
      () => this.finish(id, { kind: "lost", error: silent }),
      callback.silenceMsMax,
    );
  }
}

const silent: GraphqlError = {
  message: "the connection has been closed because it hasn't heartbeat for a while",
  extensions: { code: "SUBSCRIPTION_HEARTBEAT_ERROR" },
};

/** What a subgraph says in one call. */
export type CallbackMessage = { id: string; verifier: string } & (
  | { action: "check" }
  | { action: "heartbeat"; ids: string[] }
  | { action: "next"; payload: JsonObject }
  | { action: "complete"; errors: GraphqlError[] | undefined }
);

/** Undefined where the body is no message of the protocol. */
export function readCallbackMessage(text: string): CallbackMessage | undefined {
  let body: JsonValue;
  try {
    body = JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
  if (!isJsonObject(body) || body.kind !== "subscription") return undefined;
  const { action, id, verifier, ids, payload, errors } = body;
  if (typeof id !== "string" || typeof verifier !== "string") return undefined;
  switch (action) {
    case "check":
      return { action, id, verifier };
    case "heartbeat":
      return Array.isArray(ids) && ids.every((each) => typeof each === "string")
        ? { action, id, verifier, ids }
        : undefined;
    case "next":
      return isJsonObject(payload) ? { action, id, verifier, payload } : undefined;
    case "complete":
      return { action, id, verifier, errors: Array.isArray(errors) ? readErrorList(errors) : undefined };
    default:
      return undefined;
  }
}
