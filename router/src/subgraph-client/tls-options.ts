export interface TlsClientOptions {
  /** PEM. Replaces the authorities that come with Bun. */
  certificateAuthorities?: string | undefined;
  /** PEM: what the router shows the subgraph. */
  clientAuthentication?: { certificateChain: string; key: string } | undefined;
}

/** As Bun's clients take them. */
export function toTlsOptions(options: TlsClientOptions): Bun.TLSOptions {
  return {
    ...(options.certificateAuthorities !== undefined && { ca: options.certificateAuthorities }),
    ...(options.clientAuthentication !== undefined && {
      cert: options.clientAuthentication.certificateChain,
      key: options.clientAuthentication.key,
    }),
  };
}
