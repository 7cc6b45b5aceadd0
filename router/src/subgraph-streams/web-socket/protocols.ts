import type { GraphqlError } from "../../graphql-error.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../json.ts";

/** Apollo's words: `graphql_ws` is the protocol of today, `graphql_transport_ws` the one before it. */
export type WebSocketProtocol = keyof typeof protocols;

export const protocols = {
  graphql_ws: { name: "graphql-transport-ws", start: "subscribe", stop: "complete", isPinged: true },
  graphql_transport_ws: { name: "graphql-ws", start: "start", stop: "stop", isPinged: false },
} as const;

/** Undefined where it is no message of either protocol. */
export function readMessage(text: string): JsonObject | undefined {
  try {
    const message = JSON.parse(text) as JsonValue;
    return isJsonObject(message) ? message : undefined;
  } catch {
    return undefined;
  }
}

export function explainClose(code: number, reason: string): GraphqlError {
  // Not a code that a peer sends: the connection is gone without a word.
  if (code === 1006) {
    return { message: "cannot read message from websocket", extensions: { code: "WEBSOCKET_MESSAGE_ERROR" } };
  }
  return {
    message: `websocket connection has been closed with error code '${code}' and reason '${reason}'`,
    extensions: { code: "WEBSOCKET_CLOSE_ERROR" },
  };
}

export const unreadable: GraphqlError = {
  message: "cannot deserialize websocket server message",
  extensions: { code: "INVALID_WEBSOCKET_SERVER_MESSAGE_FORMAT" },
};
