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
  return { url: `http://${hostname}:${server.port}`, close: () => stopBun(server) };
}

const drainMsMax = 10_000;

/** Bun's own gentle stop waits for clients to let go of idle connections, too. */
async function stopBun(server: Bun.Server<undefined>): Promise<void> {
  void server.stop();
  for (const deadline = Date.now() + drainMsMax; server.pendingRequests > 0 && Date.now() < deadline; ) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await server.stop(true);
}
