export type ListenAddress = { readonly host: string; readonly port: number } | { readonly unixPath: string };

/** Something that answers at a path of an address. Several may share an address. */
export interface Endpoint {
  readonly name: string;
  readonly listen: ListenAddress;
  readonly path: string;
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  /** How long an answer may take; longer than an idle connection is kept, if need be. */
  readonly answerTimeoutMs?: number;
  handle(request: Request): Response | Promise<Response>;
}

/** Certificates are part of it: a port cannot change them while it is open. */
export function addressText({ listen, tls }: Endpoint): string {
  const address = writeAddress(listen);
  return tls ? `${address} (TLS ${Bun.hash(tls.cert + tls.key)})` : address;
}

export function writeAddress(listen: ListenAddress): string {
  return "unixPath" in listen ? `unix://${listen.unixPath}` : `${hostText(listen.host)}:${listen.port}`;
}

/** An IPv6 address stands in brackets. */
export function hostText(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
