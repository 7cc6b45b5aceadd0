import { mkdirSync } from "node:fs";
import { apolloPeer, hivePeer, isInstalled, type Peer, peersPath } from "./peers.ts";

const DEBIAN_PACKAGES = ["protobuf-compiler", "cmake", "clang", "pkg-config", "libssl-dev"];
const TOOLS = ["cargo", "protoc", "cmake", "clang", "pkg-config"];

await buildPeers([apolloPeer, hivePeer]);

async function buildPeers(peers: readonly Peer[]): Promise<void> {
  const missing = peers.filter((peer) => !isInstalled(peer));
  for (const peer of peers) {
    if (!missing.includes(peer)) console.log(`${peer.crate} ${peer.version} is there already`);
  }
  if (missing.length === 0) return;
  requireTools();
  mkdirSync(peersPath, { recursive: true });
  for (const peer of missing) await build(peer);
}

function requireTools(): void {
  const absent = TOOLS.filter((tool) => Bun.which(tool) === null);
  if (absent.length === 0) return;
  console.error(`Not found: ${absent.join(", ")}.`);
  console.error(
    `Needed: Rust >= 1.95 from https://rustup.rs, and on Debian: apt-get install ${DEBIAN_PACKAGES.join(" ")}`,
  );
  process.exit(1);
}

async function build(peer: Peer): Promise<void> {
  console.log(`building ${peer.crate} ${peer.version}: about ten minutes on two cores`);
  const command = ["cargo", "install", peer.crate, "--version", peer.version, "--locked", ...peer.cargoFlags];
  const cargo = Bun.spawn([...command, "--root", peersPath], { stdout: "inherit", stderr: "inherit" });
  if ((await cargo.exited) !== 0) {
    console.error(`cargo could not build ${peer.crate}: see the lines above.`);
    process.exit(1);
  }
}
