interface Window {
  startedMs: number;
  lines: number;
}

const messagesMax = 1_000;

/** Says whether one more line with this message may be written now. */
export function createLineLimit(options: { capacity: number; intervalMs: number }, now: () => number) {
  const windows = new Map<string, Window>();
  return function isAllowed(message: string): boolean {
    const nowMs = now();
    const window = windows.get(message);
    if (window === undefined || nowMs - window.startedMs >= options.intervalMs) {
      if (windows.size >= messagesMax) windows.clear();
      windows.set(message, { startedMs: nowMs, lines: 1 });
      return true;
    }
    window.lines++;
    return window.lines <= options.capacity;
  };
}
