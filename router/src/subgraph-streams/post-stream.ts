import { type TlsClientOptions, toTlsOptions } from "../subgraph-client/tls-options.ts";
import type { StreamRequestInit } from "../subgraph-client/transport.ts";

/** Sends an operation whose answer may go on for as long as it likes. */
export type PostStream = (init: StreamRequestInit) => Promise<Response>;

/** Over the network. Such a connection is the stream's own. */
export function createPostStream(url: URL, tls: TlsClientOptions): PostStream {
  return (init) =>
    fetch(url, {
      ...init,
      method: "POST",
      keepalive: false,
      redirect: "manual",
      proxy: false,
      tls: toTlsOptions(tls),
    } as BunFetchRequestInit);
}
