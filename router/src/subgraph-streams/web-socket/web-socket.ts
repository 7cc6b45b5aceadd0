import { sortedEntries } from "../../sorted-entries.ts";
import type { OpenUpstream, UpstreamRequest } from "../upstream.ts";
import { type RoomWatch, SubgraphSocket, type WebSocketSettings } from "./subgraph-socket.ts";

/**
 * Subscribes over sockets, by either of the two protocols. Subscriptions whose headers are equal share a socket, as many
 * as the settings allow.
 */
export function createWebSocketUpstream(settings: WebSocketSettings): OpenUpstream {
  const sockets = new SubgraphSockets(settings);
  return async (request) => sockets.openFor(request).subscribe(request.body);
}

/** The sockets to one subgraph. */
class SubgraphSockets implements RoomWatch {
  private readonly withRoom = new Map<string, SubgraphSocket>();

  constructor(private readonly settings: WebSocketSettings) {}

  openFor({ headers, traceHeaders }: UpstreamRequest): SubgraphSocket {
    const sharedBy = this.settings.subscriptionsMax > 1 ? JSON.stringify(sortedEntries(headers)) : "";
    const known = this.withRoom.get(sharedBy);
    return known ?? new SubgraphSocket(this.settings, { ...headers, ...traceHeaders }, this, sharedBy);
  }

  roomChanged(socket: SubgraphSocket): void {
    const { sharedBy, hasRoom } = socket;
    const known = this.withRoom.get(sharedBy);
    if (hasRoom && !known) this.withRoom.set(sharedBy, socket);
    else if (!hasRoom && known === socket) this.withRoom.delete(sharedBy);
  }
}
