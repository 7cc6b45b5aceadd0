import { BoundedCache } from "../bounded-cache.ts";

/** What a `Cache-Control` header says, and `Age` with it. https://www.rfc-editor.org/rfc/rfc9111#section-5.2 */
export interface CacheControl {
  /** Since when the seconds count. */
  readonly createdMs: number;
  readonly ageSeconds: number;
  readonly maxAgeSeconds: number | undefined;
  readonly sharedMaxAgeSeconds: number | undefined;
  readonly staleWhileRevalidateSeconds: number | undefined;
  readonly staleIfErrorSeconds: number | undefined;
  readonly flags: ReadonlySet<Flag>;
}

export type Flag = (typeof flags)[number];

/** In the order in which they are written. */
const flags = [
  "no-store",
  "no-cache",
  "no-transform",
  "must-revalidate",
  "proxy-revalidate",
  "must-understand",
  "private",
  "public",
  "immutable",
] as const;

const knownFlags: ReadonlySet<string> = new Set(flags);

export function isFlag(text: string): text is Flag {
  return knownFlags.has(text);
}

/** Without one of these nothing is said about how long an answer lasts. */
const decisiveFlags: readonly Flag[] = [
  "no-store",
  "no-cache",
  "public",
  "private",
  "must-revalidate",
  "proxy-revalidate",
];

/** The message may be shown. */
export class CacheControlError extends Error {}

export interface CacheControlHead {
  cacheControl: string | undefined;
  age?: string | undefined;
  nowMs: number;
}

/** Throws where the header is malformed. */
export function parseCacheControl({ cacheControl, age, nowMs }: CacheControlHead): CacheControl {
  const said = cacheControl === undefined ? undefined : readDirectives(cacheControl);
  const ageSeconds = age === undefined || !said ? 0 : readSeconds(age.trim(), `Age: ${age}`);
  return said ? { ...said, createdMs: nowMs, ageSeconds } : noStore(nowMs);
}

type Directives = Omit<CacheControl, "createdMs" | "ageSeconds">;

/** Subgraphs say the same again and again. */
const knownDirectives = new BoundedCache<string, Directives | "nothing">({ entriesMax: 256 });

/** Undefined where nothing is said about how long an answer lasts. */
function readDirectives(text: string): Directives | undefined {
  let known = knownDirectives.get(text);
  if (!known) {
    known = parseDirectives(text) ?? "nothing";
    knownDirectives.set(text, known);
  }
  return known === "nothing" ? undefined : known;
}

function parseDirectives(text: string): Directives | undefined {
  const set = new Set<Flag>();
  const seconds = new Map<string, number>();
  for (const directive of text.split(",")) {
    const [, name = "", value] = /^\s*([^=]*)(?:=(.*?))?\s*$/s.exec(directive) ?? [];
    if (name === "") throw new CacheControlError("invalid Cache-Control header value");
    readDirective(name, value, { set, seconds });
  }
  if (set.has("private")) set.delete("public");
  const isDecisive = seconds.size > 0 || decisiveFlags.some((flag) => set.has(flag));
  if (!isDecisive) return undefined;
  return {
    maxAgeSeconds: seconds.get("max-age"),
    sharedMaxAgeSeconds: seconds.get("s-maxage"),
    staleWhileRevalidateSeconds: seconds.get("stale-while-revalidate"),
    staleIfErrorSeconds: seconds.get("stale-if-error"),
    flags: set,
  };
}

const secondsDirectives = new Set(["max-age", "s-maxage", "stale-while-revalidate", "stale-if-error"]);

interface Found {
  set: Set<Flag>;
  seconds: Map<string, number>;
}

function readDirective(name: string, value: string | undefined, { set, seconds }: Found): void {
  if (secondsDirectives.has(name)) {
    // Apollo Router takes this one without a value too, as forever.
    const isForever = name === "stale-if-error" && value === undefined;
    seconds.set(name, isForever ? Number.MAX_SAFE_INTEGER : readSeconds(value, name));
  } else if (isFlag(name) && !(name === "no-cache" && value !== undefined)) {
    // `no-cache="field"` speaks of header fields, which no cached answer has.
    set.add(name);
  }
}

function readSeconds(text: string | undefined, directive: string): number {
  const value = text !== undefined && /^\+?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(value)) throw new CacheControlError(`invalid Cache-Control header value: ${directive}`);
  return Math.min(value, Number.MAX_SAFE_INTEGER);
}

export function noStore(nowMs: number): CacheControl {
  return {
    createdMs: nowMs,
    ageSeconds: 0,
    maxAgeSeconds: undefined,
    sharedMaxAgeSeconds: undefined,
    staleWhileRevalidateSeconds: undefined,
    staleIfErrorSeconds: undefined,
    flags: noStoreFlags,
  };
}

const noStoreFlags: ReadonlySet<Flag> = new Set<Flag>(["no-store"]);

/** The configured lifetime only fills in a missing `max-age`. */
export function withDefaultLifetime(control: CacheControl, lifetimeMs: number | undefined): CacheControl {
  if (control.flags.has("no-store") || control.maxAgeSeconds !== undefined || lifetimeMs === undefined)
    return control;
  return { ...control, maxAgeSeconds: Math.floor(lifetimeMs / 1_000) };
}

/** Seconds from `createdMs` on. Undefined where nothing says how long. */
export function lifetimeSeconds(control: CacheControl): number | undefined {
  const seconds = control.sharedMaxAgeSeconds ?? control.maxAgeSeconds;
  return seconds === undefined ? undefined : Math.max(0, seconds - control.ageSeconds);
}

/** Of its lifetime, as of now. */
export function secondsLeft(control: CacheControl, nowMs: number): number | undefined {
  return remaining(control, control.sharedMaxAgeSeconds ?? control.maxAgeSeconds, nowMs);
}

/** The more restrictive of both, as of now. */
export function mergeControls(one: CacheControl, other: CacheControl, nowMs: number): CacheControl {
  if (saysTheSame(one, other)) return one.createdMs <= other.createdMs ? one : other;
  if (one.flags.has("no-store") || other.flags.has("no-store")) return noStore(nowMs);
  const set = new Set<Flag>([...one.flags, ...other.flags]);
  if (set.has("private")) set.delete("public");
  const least = (read: (control: CacheControl) => number | undefined) => minimum(read(one), read(other));
  return {
    createdMs: nowMs,
    ageSeconds: 0,
    maxAgeSeconds: least((control) => remaining(control, control.maxAgeSeconds, nowMs)),
    sharedMaxAgeSeconds: least((control) => remaining(control, control.sharedMaxAgeSeconds, nowMs)),
    staleWhileRevalidateSeconds: least((control) => control.staleWhileRevalidateSeconds),
    staleIfErrorSeconds: least((control) => control.staleIfErrorSeconds),
    flags: set,
  };
}

/** As most do: the older one is the more restrictive. */
function saysTheSame(one: CacheControl, other: CacheControl): boolean {
  return (
    one.flags === other.flags &&
    one.ageSeconds === other.ageSeconds &&
    one.maxAgeSeconds === other.maxAgeSeconds &&
    one.sharedMaxAgeSeconds === other.sharedMaxAgeSeconds &&
    one.staleWhileRevalidateSeconds === other.staleWhileRevalidateSeconds &&
    one.staleIfErrorSeconds === other.staleIfErrorSeconds
  );
}

function remaining(control: CacheControl, seconds: number | undefined, nowMs: number): number | undefined {
  if (seconds === undefined) return undefined;
  const elapsed = Math.floor((nowMs - control.createdMs) / 1_000);
  return Math.max(0, seconds - control.ageSeconds - Math.max(0, elapsed));
}

function minimum(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined) return other;
  return other === undefined ? one : Math.min(one, other);
}

/** The header for a client. Empty where there is nothing to say. */
export function writeCacheControl(control: CacheControl, nowMs: number): string {
  if (control.flags.has("no-store")) return "no-store";
  const { staleWhileRevalidateSeconds, staleIfErrorSeconds } = control;
  const seconds = (name: string, value: number | undefined) =>
    value === undefined ? [] : [`${name}=${value}`];
  return [
    ...seconds("max-age", remaining(control, control.maxAgeSeconds, nowMs)),
    ...seconds("s-maxage", remaining(control, control.sharedMaxAgeSeconds, nowMs)),
    ...flags.filter((flag) => control.flags.has(flag)),
    ...seconds("stale-while-revalidate", staleWhileRevalidateSeconds),
    ...seconds("stale-if-error", staleIfErrorSeconds),
  ].join(",");
}
