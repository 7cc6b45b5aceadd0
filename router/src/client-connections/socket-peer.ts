import { type Closing, closings, legacyProtocol } from "./socket-messages.ts";
import { type SessionSurroundings, SocketSession, type Wire } from "./socket-session.ts";

/** What the server knows of an upgraded connection. */
export interface SocketPeer {
  opened(socket: Bun.ServerWebSocket<SocketPeer>): void;
  received(message: string | Buffer): void;
  drained(): void;
  closed(): void;
}

/** A client that speaks the protocol. */
export class SessionPeer implements SocketPeer {
  private session: SocketSession | undefined;

  constructor(
    private readonly surroundings: SessionSurroundings,
    private readonly onOpen: (session: SocketSession) => void,
  ) {}

  opened(socket: Bun.ServerWebSocket<SocketPeer>): void {
    this.session = new SocketSession(wireOf(socket), this.surroundings);
    this.onOpen(this.session);
  }

  received(message: string | Buffer): void {
    this.session?.receive(typeof message === "string" ? message : message.toString());
  }

  drained(): void {
    this.session?.drained();
  }

  closed(): void {
    this.session?.closed();
  }
}

/** One that does not is told so where it can read it: a refused upgrade has no reason that a browser would show. */
export class RefusedPeer implements SocketPeer {
  constructor(private readonly protocol: string | undefined) {}

  opened(socket: Bun.ServerWebSocket<SocketPeer>): void {
    const isLegacy = this.protocol === legacyProtocol;
    const closing: Closing = isLegacy ? closings.legacyProtocol : closings.wrongProtocol;
    if (isLegacy) {
      socket.send(JSON.stringify({ type: "connection_error", payload: { message: closing.reason } }));
    }
    socket.close(closing.code, closing.reason);
  }

  received(): void {}
  drained(): void {}
  closed(): void {}
}

function wireOf(socket: Bun.ServerWebSocket<SocketPeer>): Wire {
  return {
    send: (text) => socket.send(text) > 0,
    close: ({ code, reason }) => socket.close(code, reason),
  };
}
