export { PeerError } from "./peer-error.ts";
export { createPeers, type PeerQuestion, type Peers, type PeersOptions } from "./peers.ts";
