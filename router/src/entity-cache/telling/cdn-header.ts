import type { ResponseCacheConfig } from "../../config/sections/response-cache.ts";
import type { InvalidationLabels } from "./invalidation-labels.ts";

export type CdnOutcome =
  | "empty"
  | "complete_without_truncation"
  | "complete_with_truncation"
  | "dropped_due_to_overflow";

export interface CdnHeader {
  outcome: CdnOutcome;
  value: string | undefined;
  untruncatedBytes: number;
}

/** From coarse to fine, so that what does not fit is the finest: all can still be purged, if not one by one. */
export function buildCdnHeader(
  { subgraphs, types, tags }: InvalidationLabels,
  { headerDelimiter, maxBytes, experimentalOnOverflow }: ResponseCacheConfig["cdnInvalidation"],
): CdnHeader {
  const labels = [subgraphs, types, tags].flatMap((tier) =>
    [...tier].sort().filter((label) => isWritable(label, headerDelimiter)),
  );
  if (labels.length === 0) return { outcome: "empty", value: undefined, untruncatedBytes: 0 };
  const untruncatedBytes = byteLength(labels.join(headerDelimiter));
  if (untruncatedBytes <= maxBytes) {
    return { outcome: "complete_without_truncation", value: labels.join(headerDelimiter), untruncatedBytes };
  }
  if (experimentalOnOverflow === "drop") {
    return { outcome: "dropped_due_to_overflow", value: undefined, untruncatedBytes };
  }
  const fitting = takeFitting(labels, headerDelimiter, maxBytes);
  const value = fitting.length === 0 ? undefined : fitting.join(headerDelimiter);
  return { outcome: "complete_with_truncation", value, untruncatedBytes };
}

/** One that holds the delimiter would be read as two; one with control characters cannot be sent. */
function isWritable(label: string, delimiter: string): boolean {
  return (delimiter === "" || !label.includes(delimiter)) && /^[\t\x20-\x7e]+$/.test(label);
}

function takeFitting(labels: readonly string[], delimiter: string, bytesMax: number): string[] {
  const taken: string[] = [];
  let bytes = -byteLength(delimiter);
  for (const label of labels) {
    bytes += byteLength(delimiter) + byteLength(label);
    if (bytes > bytesMax) break;
    taken.push(label);
  }
  return taken;
}

function byteLength(text: string): number {
  return Buffer.byteLength(text);
}
