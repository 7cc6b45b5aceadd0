import { sortedEntries } from "../../sorted-entries.ts";
import type { OpenUpstream } from "../upstream.ts";
import { SubgraphSocket, type WebSocketSettings } from "./subgraph-socket.ts";

/**
 * Subscribes over sockets, by either of the two protocols. Subscriptions whose headers are equal share a socket, as many
 * as the settings allow.
 */
export function createWebSocketUpstream(settings: WebSocketSettings): OpenUpstream {
  const withRoom = new Map<string, SubgraphSocket>();

  function open(headers: Readonly<Record<string, string>>, key: string): SubgraphSocket {
    return new SubgraphSocket(settings, headers, (socket) => {
      const known = withRoom.get(key);
      if (socket.hasRoom && !known) withRoom.set(key, socket);
      else if (!socket.hasRoom && known === socket) withRoom.delete(key);
    });
  }

  return ({ headers, traceHeaders, body }) => {
    const key = JSON.stringify(sortedEntries(headers));
    const socket = withRoom.get(key) ?? open({ ...headers, ...traceHeaders }, key);
    return socket.subscribe(body);
  };
}
