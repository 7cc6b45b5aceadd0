import type { TraceIdFormat } from "../telemetry-options.ts";

const poolBytes = 4_096;
const pool = new Uint8Array(poolBytes);
const hexBytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
let used = poolBytes;

export function newTraceId(): string {
  return randomHex(16);
}

export function newSpanId(): string {
  return randomHex(8);
}

/** Random bytes are drawn in bulk: one call for each id costs several times as much. */
function randomHex(bytes: number): string {
  if (used + bytes > poolBytes) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  let hex = "";
  let isZero = true;
  for (const end = used + bytes; used < end; used++) {
    const byte = pool[used]!;
    if (byte !== 0) isZero = false;
    hex += hexBytes[byte]!;
  }
  return isZero ? randomHex(bytes) : hex;
}

export function formatTraceId(traceId: string, format: TraceIdFormat): string {
  switch (format) {
    case "hexadecimal":
    case "open_telemetry":
      return traceId;
    case "decimal":
      return BigInt(`0x${traceId}`).toString();
    case "datadog":
      return BigInt(`0x${traceId.slice(16)}`).toString();
    case "uuid":
      return traceId.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }
}
