import type { SubgraphAnswer } from "../execute/subgraph-answer.ts";
import {
  type CacheControl,
  CacheControlError,
  lifetimeSeconds,
  noStore,
  parseCacheControl,
  withDefaultLifetime,
} from "./cache-control.ts";
import type { Terms } from "./store/view.ts";

/** What an answer says of how long it lasts. One that cannot be read says that it does not. */
export function readControl(
  { head }: Pick<SubgraphAnswer, "head">,
  { lifetimeMs, nowMs }: { lifetimeMs: number | undefined; nowMs: number },
): CacheControl {
  if (!head) return noStore(nowMs);
  try {
    const control = parseCacheControl({
      cacheControl: head.header("cache-control"),
      age: head.header("age"),
      nowMs,
    });
    return withDefaultLifetime(control, lifetimeMs);
  } catch (error) {
    if (error instanceof CacheControlError) return noStore(nowMs);
    throw error;
  }
}

/** Undefined where it must not be kept. */
export function termsOf(control: CacheControl): Terms | undefined {
  const { flags, createdMs } = control;
  const seconds = lifetimeSeconds(control) ?? lifetimeSecondsDefault;
  // Nothing is asked whether it still holds: what would have to be is not kept.
  if (flags.has("no-store") || flags.has("no-cache") || seconds <= 0) return undefined;
  const freshUntilMs = createdMs + seconds * 1_000;
  const mayBeStale = !flags.has("must-revalidate") && !flags.has("proxy-revalidate");
  const stale = (extra: number | undefined) =>
    mayBeStale ? freshUntilMs + (extra ?? 0) * 1_000 : freshUntilMs;
  return {
    control,
    freshUntilMs,
    staleUntilMs: stale(control.staleWhileRevalidateSeconds),
    staleOnErrorUntilMs: stale(control.staleIfErrorSeconds),
  };
}

/** As if it might be kept, whatever it says: how long it could last is what is to be found out. */
export function termsIfKept(control: CacheControl, lifetimeMs: number | undefined): Terms {
  const maxAgeSeconds = Math.max(1, Math.floor((lifetimeMs ?? lifetimeMsIfKept) / 1_000));
  const said = termsOf(control);
  if (said) return said;
  const freshUntilMs = control.createdMs + maxAgeSeconds * 1_000;
  return { control, freshUntilMs, staleUntilMs: freshUntilMs, staleOnErrorUntilMs: freshUntilMs };
}

const lifetimeMsIfKept = 60_000;

/** Where neither the answer nor the configuration says anything, as in Apollo Router. */
const lifetimeSecondsDefault = 24 * 60 * 60;
