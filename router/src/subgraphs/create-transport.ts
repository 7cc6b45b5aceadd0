import { forSubgraph, type RouterConfig } from "../config/router-config.ts";
import { FetchTransport } from "../subgraph-client/fetch-transport.ts";
import { Http1Transport } from "../subgraph-client/http1/http1-transport.ts";
import type { Transport } from "../subgraph-client/transport.ts";

/** The way to one subgraph over the network: plain sockets inside a trusted network, `fetch` where there is TLS. */
export function createTransport(config: RouterConfig, name: string, url: URL): Transport {
  const shaping = forSubgraph(config, name);
  const { poolIdleTimeoutMs: idleTimeoutMs = Number.MAX_SAFE_INTEGER, experimentalHttp2 } = shaping;
  const onlyHttp2 = experimentalHttp2 === "http2only";
  if (url.protocol !== "https:" && !onlyHttp2) {
    return new Http1Transport({ idleTimeoutMs, dnsStrategy: shaping.dnsResolutionStrategy });
  }
  const { all, subgraphs } = config.tls.subgraph;
  const tls = Object.hasOwn(subgraphs, name) ? subgraphs[name]! : all;
  return new FetchTransport({ idleTimeoutMs, protocol: onlyHttp2 ? "http2" : "http1.1", tls });
}
