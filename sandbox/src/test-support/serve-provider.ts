import type { Provider } from "../core/provider.ts";

/** One provider on a port of its own. */
export function serveProvider({ app }: Pick<Provider, "app">) {
  const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: app.fetch });
  return { url: server.url.origin, port: server.port!, [Symbol.asyncDispose]: () => server.stop(true) };
}
