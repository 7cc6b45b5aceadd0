import type { Resource } from "../resource.ts";

/** Seconds and nanoseconds since 1970, from a time of `performance.now()`. */
export function toHrTime(timeMs: number): [number, number] {
  const epochMs = performance.timeOrigin + timeMs;
  const seconds = Math.floor(epochMs / 1_000);
  return [seconds, Math.round((epochMs - seconds * 1_000) * 1_000_000)];
}

export function toSdkResource(resource: Resource) {
  return {
    attributes: resource,
    asyncAttributesPending: false,
    getRawAttributes: () => Object.entries(resource),
  };
}
