const unitNames: readonly (readonly [ms: number, ...names: string[]])[] = [
  [1e-6, "nanos", "nsec", "ns"],
  [1e-3, "usec", "us", "µs"],
  [1, "millis", "msec", "ms"],
  [1_000, "seconds", "second", "secs", "sec", "s"],
  [60_000, "minutes", "minute", "mins", "min", "m"],
  [3_600_000, "hours", "hour", "hrs", "hr", "h"],
  [86_400_000, "days", "day", "d"],
  [7 * 86_400_000, "weeks", "week", "wks", "wk", "w"],
  [30.44 * 86_400_000, "months", "month", "M"],
  [365.25 * 86_400_000, "years", "year", "yrs", "yr", "y"],
];

const unitMs = new Map(unitNames.flatMap(([ms, ...names]) => names.map((name) => [name, ms] as const)));

/** Whole numbers with units, as in `1h 30m`; in milliseconds. */
export function parseDuration(text: string): number | undefined {
  const trimmed = text.trim();
  if (trimmed === "0") {
    return 0;
  }
  const parts = [...trimmed.matchAll(/(\d+)\s*([a-zA-Zµ]+)\s*/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join("") !== trimmed) {
    return undefined;
  }
  let totalMs = 0;
  for (const [, count, unit = ""] of parts) {
    const ms = unitMs.get(unit);
    if (ms === undefined) {
      return undefined;
    }
    totalMs += Number(count) * ms;
  }
  return totalMs;
}
