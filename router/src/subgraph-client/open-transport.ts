import { FetchTransport } from "./fetch-transport.ts";
import { Http1Transport } from "./http1/http1-transport.ts";
import type { DnsStrategy } from "./http1/resolve-host.ts";
import { Http2Transport } from "./http2-transport.ts";
import type { TlsClientOptions } from "./tls-options.ts";
import type { Transport } from "./transport.ts";

export interface ConnectionOptions {
  experimentalHttp2?: "enable" | "disable" | "http2only" | undefined;
  dnsResolutionStrategy?: DnsStrategy | undefined;
  /** Without it, unused connections are kept for good. */
  poolIdleTimeoutMs?: number | undefined;
  tls: TlsClientOptions;
}

const overTls = { enable: "either", http2only: "http2", disable: "http1.1" } as const;

/**
 * The way to a server: plain sockets inside a trusted network, `fetch` where there is TLS. Without TLS nothing tells
 * which HTTP a server speaks: it is 1.1 unless said to be 2.
 */
export function openTransport(url: URL, options: ConnectionOptions): Transport {
  const { poolIdleTimeoutMs: idleTimeoutMs = Number.MAX_SAFE_INTEGER, experimentalHttp2, tls } = options;
  const onlyHttp2 = experimentalHttp2 === "http2only";
  if (url.protocol !== "https:") {
    if (onlyHttp2) return new Http2Transport({ idleTimeoutMs });
    return new Http1Transport({ idleTimeoutMs, dnsStrategy: options.dnsResolutionStrategy });
  }
  return new FetchTransport({ idleTimeoutMs, protocol: overTls[experimentalHttp2 ?? "disable"], tls });
}
