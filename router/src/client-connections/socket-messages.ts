import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";

/** https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md */
export const socketProtocol = "graphql-transport-ws";
/** What `subscriptions-transport-ws` calls itself. */
export const legacyProtocol = "graphql-ws";

export const closings = {
  badMessage: { code: 4400, reason: "Invalid message received" },
  unauthorized: { code: 4401, reason: "Unauthorized" },
  forbidden: { code: 4403, reason: "Forbidden" },
  wrongProtocol: { code: 4406, reason: "Subprotocol not acceptable" },
  legacyProtocol: {
    code: 4406,
    reason: "subscriptions-transport-ws is not supported: use graphql-transport-ws (the graphql-ws package)",
  },
  initTimeout: { code: 4408, reason: "Connection initialisation timeout" },
  operationExists: (id: string) => ({ code: 4409, reason: fit(`Subscriber for ${id} already exists`) }),
  tooManyInits: { code: 4429, reason: "Too many initialisation requests" },
  tooManyOperations: { code: 4429, reason: "Too many operations on one connection" },
  internal: { code: 4500, reason: "Internal server error" },
  idle: { code: 1000, reason: "Idle" },
  goingAway: { code: 1001, reason: "Going away" },
  tooLarge: { code: 1009, reason: "Message too big" },
  silent: { code: 4499, reason: "No answer to a ping" },
} as const;

export interface Closing {
  code: number;
  reason: string;
}

/** A close frame has room for no more. */
const reasonBytesMax = 123;

function fit(reason: string): string {
  return Buffer.byteLength(reason) <= reasonBytesMax ? reason : "Subscriber already exists";
}

export type ClientMessage =
  | { type: "connection_init"; payload: JsonObject }
  | { type: "ping"; payload: JsonObject | undefined }
  | { type: "pong" }
  | { type: "subscribe"; id: string; payload: JsonObject }
  | { type: "complete"; id: string };

/** Undefined for anything that the protocol does not know. */
export function readClientMessage(text: string): ClientMessage | undefined {
  let message: JsonValue;
  try {
    message = JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
  if (!isJsonObject(message)) return undefined;
  const { type, id, payload = {} } = message;
  if (payload !== null && !isJsonObject(payload)) return undefined;
  switch (type) {
    case "connection_init":
      return { type, payload: payload ?? {} };
    case "ping":
      return { type, payload: message.payload === undefined || payload === null ? undefined : payload };
    case "pong":
      return { type };
    case "subscribe":
      if (typeof id !== "string" || id === "" || payload === null || typeof payload.query === "number")
        return undefined;
      return { type, id, payload };
    case "complete":
      return typeof id === "string" && id !== "" ? { type, id } : undefined;
    default:
      return undefined;
  }
}
