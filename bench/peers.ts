import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Outside the repository: the builds take minutes and gigabytes, and serve every working copy. */
export const peersPath = process.env.MYCELIUM_PEERS ?? join(homedir(), ".cache", "mycelium", "peers");

export interface Peer {
  readonly crate: string;
  readonly version: string;
  readonly binary: string;
  readonly cargoFlags: readonly string[];
}

export const apolloPeer: Peer = {
  crate: "apollo-router",
  version: "2.17.0",
  binary: "router",
  cargoFlags: [],
};

export const hivePeer: Peer = {
  crate: "hive-router",
  version: "0.3.10",
  binary: "hive_router",
  cargoFlags: ["--ignore-rust-version", "--features", "graphiql"],
};

export function peerBinary(peer: Peer): string {
  return join(peersPath, "bin", peer.binary);
}

/** cargo notes what it has installed, so a binary of another version does not count. */
export function isInstalled(peer: Peer): boolean {
  const notesPath = join(peersPath, ".crates.toml");
  if (!existsSync(notesPath) || !existsSync(peerBinary(peer))) return false;
  return readFileSync(notesPath, "utf8").includes(`"${peer.crate} ${peer.version} `);
}
