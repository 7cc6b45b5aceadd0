/** Who is at the other end of a connection; Bun's server is one. */
export interface PeerReader {
  /** Null where it has no address, as with a socket in the file system. */
  requestIP(request: Request): { readonly address: string; readonly port?: number } | null;
}

/** For what comes over a connection whose other end is known. */
export function knownPeer(request: Request, peers: PeerReader): PeerReader {
  return new KnownPeer(peers.requestIP(request)?.address);
}

class KnownPeer implements PeerReader {
  constructor(private readonly address: string | undefined) {}

  requestIP(): { address: string } | null {
    return this.address === undefined ? null : { address: this.address };
  }
}
