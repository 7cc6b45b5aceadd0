import { createHash, randomBytes } from "node:crypto";

/** As Rover takes the key of a graph: it names the graph, so that nothing has to be searched through. */
export function makeKey(graphId: string): string {
  return `service:${graphId}:${randomBytes(24).toString("base64url")}`;
}

export function graphOf(key: string): string | undefined {
  return /^service:([a-zA-Z][a-zA-Z0-9_-]{0,63}):[\w-]{20,100}$/.exec(key)?.[1];
}

/** A key is random and long: a plain hash is enough to keep it by. */
export function hashKey(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}
