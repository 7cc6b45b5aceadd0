import { RegistryError } from "../caller.ts";
import type { Window } from "../usage/find-uses.ts";
import type { VariantSettings } from "../variant-settings.ts";

/** As Rover sends what `--validation-period` and the thresholds say. */
export interface CheckConfig {
  from?: string | null;
  to?: string | null;
  queryCountThreshold?: number | null;
  queryCountThresholdPercentage?: number | null;
}

const defaultWindowDays = 7;
const dayMs = 86_400_000;

/** What was asked for with the check wins over what the variant has set. */
export function windowOf(
  variant: string,
  { from, to, queryCountThreshold, queryCountThresholdPercentage }: CheckConfig,
  { checks = {} }: VariantSettings,
): Window {
  const now = Date.now();
  const days = checks.windowDays ?? defaultWindowDays;
  // Use is kept by the hour: the hour in which the window begins counts.
  const start = readTime(from, now) ?? new Date(now - days * dayMs);
  return {
    variant,
    from: new Date(Math.floor(start.getTime() / 3_600_000) * 3_600_000),
    to: readTime(to, now) ?? new Date(now),
    requestsMin: queryCountThreshold ?? checks.requestsMin ?? 1,
    percentageMin: queryCountThresholdPercentage ?? checks.percentageMin ?? 0,
    ignoredClients: checks.ignoredClients ?? [],
  };
}

/** A time, or seconds before now: `-86400`. */
function readTime(text: string | null | undefined, now: number): Date | undefined {
  if (!text) return undefined;
  const time = /^-?\d+$/.test(text) ? new Date(now - Math.abs(Number(text)) * 1_000) : new Date(text);
  if (Number.isNaN(time.getTime())) throw new RegistryError("BAD_INPUT", `${text} is no time`);
  return time;
}
