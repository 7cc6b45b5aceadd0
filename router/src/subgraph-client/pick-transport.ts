import type { Transport } from "./transport.ts";

/** The transports that all subgraphs of one configuration share. */
export interface Transports {
  /** For `http:` and `unix:`. */
  http1: Transport;
  /** For `https:`, with this subgraph's certificates. */
  fetch: Transport;
  /** Set when the subgraph lives in this process. */
  inProcess?: Transport | undefined;
}

export function pickTransport(url: URL, transports: Transports): Transport {
  if (transports.inProcess !== undefined) return transports.inProcess;
  return url.protocol === "https:" ? transports.fetch : transports.http1;
}
