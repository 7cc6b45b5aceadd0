import { type Closing, closings, legacyProtocol } from "./socket-messages.ts";

/** What the server knows of an upgraded connection. */
export interface SocketPeer {
  opened(socket: Bun.ServerWebSocket<SocketPeer>): void;
  received(message: string | Buffer): void;
  drained(): void;
  closed(): void;
}

/**
 * A client that does not speak the protocol is told so where it can read it: a refused upgrade has no reason that a
 * browser would show.
 */
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
