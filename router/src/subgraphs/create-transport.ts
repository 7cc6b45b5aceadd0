import { forSubgraph, type RouterConfig } from "../config/router-config.ts";
import { openTransport } from "../subgraph-client/open-transport.ts";
import type { Transport } from "../subgraph-client/transport.ts";

/** The way to one subgraph over the network. */
export function createTransport(config: RouterConfig, name: string, url: URL): Transport {
  const { all, subgraphs } = config.tls.subgraph;
  const tls = Object.hasOwn(subgraphs, name) ? subgraphs[name]! : all;
  return openTransport(url, { ...forSubgraph(config, name), tls });
}
