/** Who is at the other end of a connection; Bun's server is one. */
export interface PeerReader {
  /** Null where it has no address, as with a socket in the file system. */
  requestIP(request: Request): { readonly address: string } | null;
}
