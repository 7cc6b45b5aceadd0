import { matchPath, parsePathPattern } from "./path-pattern.ts";

export type ListenAddress = { readonly host: string; readonly port: number } | { readonly unixPath: string };

/** Something that answers at a path of an address. Several may share an address. */
export interface Endpoint {
  readonly listen: ListenAddress;
  readonly path: string;
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  handle(request: Request): Response | Promise<Response>;
}

export interface ListenLimits {
  idleTimeoutSeconds: number;
  /** Several processes share one port. */
  reusePort: boolean;
}

export class ListenError extends Error {}

type Server = Bun.Server<undefined>;

/** The open ports of the process, and what answers behind each. */
export class Listeners {
  private servers = new Map<string, Server>();

  constructor(private readonly limits: ListenLimits) {}

  /** Ports that stay keep their connections; all that is new is open before anything old is closed. */
  replace(endpoints: readonly Endpoint[]): void {
    const groups = Map.groupBy(endpoints, addressText);
    const opened = new Map<string, Server>();
    try {
      for (const [address, group] of groups) {
        if (!this.servers.has(address)) opened.set(address, this.open(address, group));
      }
    } catch (error) {
      for (const server of opened.values()) server.stop(true);
      throw error;
    }
    const kept = new Map<string, Server>();
    for (const [address, server] of this.servers) {
      const group = groups.get(address);
      if (!group) {
        server.stop(false);
        continue;
      }
      server.reload({ fetch: routeByPath(group) });
      kept.set(address, server);
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

  /** Takes no new connections; resolves when the requests under way are answered. */
  async drain(): Promise<void> {
    await Promise.all([...this.servers.values()].map((server) => server.stop(false)));
  }

  /** Cuts what is still open. */
  abandon(): void {
    for (const server of this.servers.values()) server.stop(true);
  }

  private open(address: string, endpoints: readonly Endpoint[]): Server {
    const { listen, tls } = endpoints[0]!;
    const shared = {
      fetch: routeByPath(endpoints),
      error: () => new Response(null, { status: 500 }),
      development: false,
      ...(tls && { tls }),
    } as const;
    const { idleTimeoutSeconds: idleTimeout, reusePort } = this.limits;
    try {
      if ("unixPath" in listen) return Bun.serve({ ...shared, unix: listen.unixPath });
      return Bun.serve({ ...shared, hostname: listen.host, port: listen.port, idleTimeout, reusePort });
    } catch (error) {
      throw new ListenError(`cannot listen on ${address}: ${describe(error)}`);
    }
  }
}

function describe(error: unknown): string {
  if ((error as { code?: string }).code === "EADDRINUSE") return "the port is in use";
  return error instanceof Error ? error.message : String(error);
}

function routeByPath(endpoints: readonly Endpoint[]): (request: Request) => Response | Promise<Response> {
  const routes = endpoints.map(({ path, handle }) => ({ pattern: parsePathPattern(path), handle }));
  return function handleByPath(request) {
    const path = pathOf(request.url);
    for (const { pattern, handle } of routes) if (matchPath(pattern, path)) return handle(request);
    return new Response(null, { status: 404 });
  };
}

/** Cheaper than a URL object, of which every request would need one. */
function pathOf(url: string): string {
  const start = url.indexOf("/", url.indexOf("://") + 3);
  const query = url.indexOf("?", start);
  return start < 0 ? "/" : url.slice(start, query < 0 ? undefined : query);
}

/** Certificates are part of it: a port cannot change them while it is open. */
function addressText({ listen, tls }: Endpoint): string {
  const address =
    "unixPath" in listen ? `unix://${listen.unixPath}` : `${hostText(listen.host)}:${listen.port}`;
  return tls ? `${address} (TLS ${Bun.hash(tls.cert + tls.key)})` : address;
}

function hostText(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
