import { unlink } from "node:fs/promises";
import { connect } from "node:net";
import type { Endpoint } from "./endpoint.ts";

/** A process that was killed leaves its socket's file behind; nobody can listen there until it is gone. */
export async function removeStaleSockets(endpoints: readonly Endpoint[]): Promise<void> {
  for (const { listen } of endpoints) {
    if ("unixPath" in listen && (await isStale(listen.unixPath))) await unlink(listen.unixPath);
  }
}

/** Refused means that it is a socket, and that nobody listens. */
function isStale(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(false);
    });
    socket.once("error", (error) => resolve((error as { code?: string }).code === "ECONNREFUSED"));
  });
}
