import { createHmac, timingSafeEqual } from "node:crypto";

export const debugHeaderName = "mycelium-cache-debug";

/** The header's value: until when it is good, in seconds of the epoch, and a signature of that. */
export function signDebugHeader(key: string, untilSeconds: number): string {
  return `${untilSeconds}.${signatureOf(key, untilSeconds)}`;
}

export function isDebugHeader(value: string | null, { key, nowMs }: { key: string; nowMs: number }): boolean {
  const [, until = "", signature = ""] = /^(\d{1,12})\.([0-9a-f]{64})$/.exec(value ?? "") ?? [];
  if (signature === "" || Number(until) * 1_000 < nowMs) return false;
  return timingSafeEqual(Buffer.from(signature), Buffer.from(signatureOf(key, Number(until))));
}

function signatureOf(key: string, untilSeconds: number): string {
  return createHmac("sha256", key).update(`${debugHeaderName}:${untilSeconds}`).digest("hex");
}
