export interface Listener {
  url: string;
  /** Takes no more connections, and waits for the requests that run. */
  close(): Promise<void>;
}

export interface ListenOptions {
  hostname: string;
  /** 0 takes a free one. */
  port: number;
  fetch: (request: Request) => Response | Promise<Response>;
}

interface DenoServer {
  addr: { port: number };
  shutdown(): Promise<void>;
}
interface DenoRuntime {
  serve(options: object, handler: ListenOptions["fetch"]): DenoServer;
}

/** The same app on Bun and on Deno. */
export function listen({ hostname, port, fetch }: ListenOptions): Listener {
  const deno = (globalThis as { Deno?: DenoRuntime }).Deno;
  if (deno) {
    const server = deno.serve({ hostname, port, onListen: () => {} }, fetch);
    return { url: `http://${hostname}:${server.addr.port}`, close: () => server.shutdown() };
  }
  const server = Bun.serve({ hostname, port, fetch });
  return { url: `http://${hostname}:${server.port}`, close: () => server.stop() };
}
