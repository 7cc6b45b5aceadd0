import { knownPeer, type PeerReader } from "../http/peer.ts";
import type { ConnectionHost } from "./connection-host.ts";
import { EventConnections } from "./event-connections.ts";
import { legacyProtocol, socketProtocol } from "./socket-messages.ts";
import { RefusedPeer, type SocketPeer } from "./socket-peer.ts";
import { type SessionKeeper, SocketSession } from "./socket-session.ts";

/** What becomes of a request to upgrade. */
export type Upgrade =
  | { kind: "socket"; peer: SocketPeer; protocol: string | undefined }
  | { kind: "refused"; response: Response };

/** Connections over which operations come one after the other. They outlive the routers that a reload replaces. */
export class ClientConnections implements SessionKeeper {
  readonly events: EventConnections;
  private readonly sockets = new Set<SocketSession>();
  private isDraining = false;

  constructor(
    readonly host: () => ConnectionHost,
    { isShared }: { isShared: boolean },
  ) {
    this.events = new EventConnections(host, isShared);
  }

  get size(): number {
    return this.sockets.size + this.events.size;
  }

  /** Undefined for a request that is none, or where sockets are not offered. */
  upgrade(request: Request, peers: PeerReader): Upgrade | undefined {
    const { websocket } = this.host().streaming;
    if (!websocket.enabled) return undefined;
    if (!this.host().allowsOrigin(request))
      return refuse(403, "CSRF_ERROR", "This origin may not open a WebSocket");
    if (this.isDraining || this.sockets.size >= websocket.connectionsMax) {
      return refuse(503, "TOO_MANY_CONNECTIONS", "The router has as many connections as it can take");
    }
    const protocol = chooseProtocol(request.headers.get("sec-websocket-protocol"));
    if (protocol !== socketProtocol) return { kind: "socket", protocol, peer: new RefusedPeer(protocol) };
    const start = {
      url: request.url,
      headers: new Headers(request.headers),
      peers: knownPeer(request, peers),
    };
    return { kind: "socket", protocol, peer: new SocketSession(this, start) };
  }

  opened(session: SocketSession): void {
    this.sockets.add(session);
  }

  closed(session: SocketSession): void {
    this.sockets.delete(session);
  }

  /** Ends every connection when its operations have been told that they are over. */
  async drain(): Promise<void> {
    this.isDraining = true;
    await Promise.all([this.events.drain(), ...[...this.sockets].map((session) => session.drain())]);
  }
}

/** The one that is spoken here where the client offers it; otherwise one that it will at least listen to. */
function chooseProtocol(offered: string | null): string | undefined {
  const names = offered?.split(",").map((name) => name.trim()) ?? [];
  return [socketProtocol, legacyProtocol].find((name) => names.includes(name)) ?? names[0];
}

function refuse(status: number, code: string, message: string): Upgrade {
  const response = Response.json({ errors: [{ message, extensions: { code } }] }, { status });
  return { kind: "refused", response };
}
