import type { SocketPeer } from "../client-connections/socket-peer.ts";
import { checkAddressIsFree, ListenError } from "./check-address.ts";
import { addressText, type Endpoint, hostText, type ListenAddress, writeAddress } from "./endpoint.ts";
import { routeByPath } from "./route-by-path.ts";

export interface ListenLimits {
  idleTimeoutSeconds: number;
  /** Several processes share one port. */
  reusePort: boolean;
}

type Server = Bun.Server<SocketPeer>;

/** The open ports of the process, and what answers behind each. */
export class Listeners {
  private servers = new Map<string, Server>();
  /** No longer listening, but still answering what they had begun. */
  private readonly closing = new Set<Server>();

  constructor(private readonly limits: ListenLimits) {}

  /**
   * Ports that stay keep their connections; all that is new is open before anything old is closed. What an
   * old port has begun is cut after `closeAfterMs`.
   */
  replace(endpoints: readonly Endpoint[], closeAfterMs: number): void {
    const groups = Map.groupBy(endpoints, addressText);
    const opened = new Map<string, Server>();
    try {
      for (const [address, group] of groups) {
        if (!this.servers.has(address)) opened.set(address, this.open(group));
      }
    } catch (error) {
      for (const server of opened.values()) server.stop(true);
      throw error;
    }
    const kept = new Map<string, Server>();
    for (const [address, server] of this.servers) {
      const group = groups.get(address);
      if (group) {
        server.reload(this.answering(group));
        kept.set(address, server);
      } else {
        void this.close(server, closeAfterMs);
      }
    }
    this.servers = new Map([...kept, ...opened]);
  }

  urlOf(endpoint: Endpoint): string {
    const { listen, path, tls } = endpoint;
    const port = this.servers.get(addressText(endpoint))?.port;
    if ("unixPath" in listen) return `unix://${listen.unixPath}`;
    return `${tls ? "https" : "http"}://${hostText(listen.host)}:${port ?? listen.port}${path}`;
  }

  get requestsUnderWay(): number {
    return [...this.servers.values()].reduce((total, server) => total + server.pendingRequests, 0);
  }

  /**
   * Takes no new connections, first where clients come in: health is told until their requests are answered.
   * Resolves when all are, or when the time is up and what is left has been cut.
   */
  async drain(first: Endpoint, timeoutMs: number): Promise<void> {
    const deadlineMs = performance.now() + timeoutMs;
    const address = addressText(first);
    const server = this.servers.get(address);
    this.servers.delete(address);
    if (server) void this.close(server, timeoutMs);
    while (this.closing.size > 0) await Bun.sleep(drainPollMs);
    const leftMs = Math.max(drainPollMs, deadlineMs - performance.now());
    await Promise.all([...this.servers.values()].map((other) => this.close(other, leftMs)));
    this.servers.clear();
  }

  /** Cuts what is still open. */
  abandon(): void {
    for (const server of [...this.servers.values(), ...this.closing]) server.stop(true);
  }

  private async close(server: Server, timeoutMs: number): Promise<void> {
    this.closing.add(server);
    const stopped = server.stop(false);
    const timer = setTimeout(() => server.stop(true), timeoutMs);
    await stopped;
    clearTimeout(timer);
    this.closing.delete(server);
  }

  private open(endpoints: readonly Endpoint[]): Server {
    const { listen, tls } = endpoints[0]!;
    const shared = {
      ...this.answering(endpoints),
      development: false,
      // Whoever reads a body sets its limit; Bun's own, 128 MB, answers without a word.
      maxRequestBodySize: Number.MAX_SAFE_INTEGER,
      ...(tls && { tls }),
    } as const;
    const { idleTimeoutSeconds: idleTimeout } = this.limits;
    // For a new certificate the port is opened once more before the old one closes.
    const reusePort = this.limits.reusePort || tls !== undefined;
    if (reusePort && !this.limits.reusePort && !this.has(listen)) checkAddressIsFree(listen);
    try {
      if ("unixPath" in listen) return Bun.serve({ ...shared, unix: listen.unixPath });
      return Bun.serve({
        ...shared,
        hostname: listen.host,
        port: listen.port,
        idleTimeout,
        reusePort,
        http2: true,
      });
    } catch (error) {
      throw new ListenError(listen, error);
    }
  }

  private has(listen: ListenAddress): boolean {
    return [...this.servers.keys()].some((address) => address.split(" ", 1)[0] === writeAddress(listen));
  }

  private answering(endpoints: readonly Endpoint[]) {
    return {
      fetch: routeByPath(endpoints, this.limits.idleTimeoutSeconds),
      error: () => new Response(null, { status: 500 }),
      websocket: sockets,
    };
  }
}

const drainPollMs = 10;

/** The same for every port and every generation: what a socket does is its peer's business. */
const sockets: Bun.WebSocketHandler<SocketPeer> = {
  open: (socket) => socket.data.opened(socket),
  message: ({ data: peer }, message) => peer.received(message),
  drain: ({ data: peer }) => peer.drained(),
  close: ({ data: peer }) => peer.closed(),
  // Bytes. Sessions have narrower bounds of their own, which a reload may change.
  maxPayloadLength: 64 * 1024 * 1024,
  backpressureLimit: 64 * 1024 * 1024,
  closeOnBackpressureLimit: true,
  // Seconds. A peer whose machine is gone answers no ping of the connection itself.
  idleTimeout: 120,
  sendPings: true,
};
