import { readFile, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { readBounded } from "../../http/read-bounded.ts";

export interface KeySetSource {
  readonly url: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly pollIntervalMs: number;
}

/** As long as Apollo Router waits. */
export const keySetTimeoutMs = 15_000;
export const keySetBytesMax = 1024 * 1024;

/** Reads a set of keys from where it is published. Whatever goes wrong is thrown with a message for the log. */
export async function fetchKeySet({ url, headers }: KeySetSource, signal: AbortSignal): Promise<string> {
  if (url.startsWith("file:")) return readKeyFile(fileURLToPath(url));
  const response = await fetch(url, {
    headers: [["accept", "application/json"], ...headers.map(({ name, value }) => [name, value])],
    signal: AbortSignal.any([signal, AbortSignal.timeout(keySetTimeoutMs)]),
  });
  if (!response.ok) throw new Error(`the answer was ${response.status}`);
  return readBounded(response, keySetBytesMax);
}

async function readKeyFile(path: string): Promise<string> {
  const { size } = await stat(path);
  if (size > keySetBytesMax) throw new Error(`it is larger than ${keySetBytesMax} bytes`);
  return readFile(path, "utf8");
}
