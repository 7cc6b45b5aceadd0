/** Says, for the whole process, that there is more work than can be finished in time. */
export interface OverloadGuard {
  isOverloaded(): boolean;
  /** Counts one request in, with the bytes that it says it brings. */
  enter(bodyBytes: number): void;
  leave(bodyBytes: number): void;
  close(): void;
}

/**
 * Bounds that hold whatever is configured, so that a flood meets refusals instead of memory.
 * One request under way costs about 15 KB and its body; 4,000 of them are a second's work of one core.
 */
export const overloadBounds = {
  requestsUnderWayMax: 4_000,
  bodyBytesUnderWayMax: 512 * 1024 * 1024,
  /** How late the event loop may be, time after time. One long pause (a cold plan, a huge answer) is no overload. */
  loopDelayMs: 3_000,
  lateSamples: 3,
  samplingMs: 250,
} as const;

export type OverloadBounds = { readonly [name in keyof typeof overloadBounds]: number };

export function createOverloadGuard(bounds: OverloadBounds = overloadBounds): OverloadGuard {
  let requests = 0;
  let bytes = 0;
  let lateSamples = 0;
  let sampledMs = performance.now();
  const sampling = setInterval(() => {
    const nowMs = performance.now();
    const isLate = nowMs - sampledMs - bounds.samplingMs > bounds.loopDelayMs;
    lateSamples = isLate ? lateSamples + 1 : 0;
    sampledMs = nowMs;
  }, bounds.samplingMs);
  sampling.unref();

  return {
    isOverloaded: () =>
      requests >= bounds.requestsUnderWayMax ||
      bytes >= bounds.bodyBytesUnderWayMax ||
      lateSamples >= bounds.lateSamples,
    enter(bodyBytes) {
      requests++;
      bytes += bodyBytes;
    },
    leave(bodyBytes) {
      requests--;
      bytes -= bodyBytes;
    },
    close: () => clearInterval(sampling),
  };
}

/** For routers that something else protects. */
export const noOverloadGuard: OverloadGuard = {
  isOverloaded: () => false,
  enter() {},
  leave() {},
  close() {},
};
