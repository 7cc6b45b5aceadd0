import { isIP } from "node:net";
import type { Socket, SocketHandler } from "bun";
import type { Connection } from "./connection.ts";
import type { Origin } from "./request-target.ts";
import { type DnsStrategy, resolveHost } from "./resolve-host.ts";

export type OpenSocket = (origin: Origin, connection: Connection) => Promise<Socket<Connection>>;

/** @param dnsStrategy without one, Bun resolves the host, with its own cache, and tries all its addresses */
export function createOpenSocket(dnsStrategy: DnsStrategy | undefined): OpenSocket {
  return (origin, connection) => {
    if (origin.socketPath !== undefined) {
      return Bun.connect({ unix: origin.socketPath, data: connection, socket: SOCKET_HANDLER });
    }
    const isResolved = dnsStrategy === undefined || isIP(origin.hostname) !== 0;
    if (isResolved) return openTcp(origin.hostname, origin.port, connection);
    return openResolved(origin, connection, dnsStrategy);
  };
}

async function openResolved(
  origin: Origin,
  connection: Connection,
  dnsStrategy: DnsStrategy,
): Promise<Socket<Connection>> {
  let failure: unknown;
  for (const address of await resolveHost(origin.hostname, dnsStrategy)) {
    try {
      return await openTcp(address, origin.port, connection);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

function openTcp(hostname: string, port: number, connection: Connection): Promise<Socket<Connection>> {
  return Bun.connect({ hostname, port, data: connection, socket: SOCKET_HANDLER });
}

/** One for all sockets: what differs is in their data. */
const SOCKET_HANDLER: SocketHandler<Connection> = {
  data: (socket, piece) => socket.data.received(piece),
  drain: (socket) => socket.data.drained(),
  end: (socket) => socket.data.ended(),
  close: (socket, error) => socket.data.closed(error),
  error: (socket) => socket.data.destroy(),
};
