import type { Upgrade } from "../client-connections/client-connections.ts";
import type { PeerReader } from "../http/peer.ts";

export type ListenAddress = { readonly host: string; readonly port: number } | { readonly unixPath: string };

/** Something that answers at a path of an address. Several may share an address. */
export interface Endpoint {
  readonly name: string;
  readonly listen: ListenAddress;
  readonly path: string;
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  /** How long an answer may take; longer than an idle connection is kept, if need be. */
  readonly answerTimeoutMs?: number;
  handle(request: Request, peers: PeerReader): Response | Promise<Response>;
  /** For a request to upgrade to a WebSocket. Undefined answers it as any other. */
  upgrade?(request: Request, peers: PeerReader): Upgrade | undefined;
  /** For a path of this address that is nobody's. Undefined leaves it at 404. */
  handleElsewhere?(request: Request): Response | Promise<Response> | undefined;
}

/**
 * What two endpoints on one port have in common. Certificates are part of it, as a port cannot change them
 * while it is open; and port 0 is another port for each.
 */
export function addressText({ name, listen, tls }: Endpoint): string {
  const address = writeAddress(listen);
  if ("port" in listen && listen.port === 0) return `${address} (${name})`;
  return tls ? `${address} (TLS ${Bun.hash(tls.cert + tls.key)})` : address;
}

export function writeAddress(listen: ListenAddress): string {
  return "unixPath" in listen ? `unix://${listen.unixPath}` : `${hostText(listen.host)}:${listen.port}`;
}

/** An IPv6 address stands in brackets. */
export function hostText(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
