import type { ResponseCacheConfig } from "../../config/sections/response-cache.ts";
import type { JsonObject, JsonValue } from "../../json.ts";
import type { CacheControl } from "../cache-control.ts";
import type { Indexes, Piece } from "../parts.ts";
import type { CdnHeader } from "./cdn-header.ts";

/** What `apollo-cache-debugging: true` brings for one entity or root fetch. */
export interface DebugEntry {
  piece: Piece;
  subgraph: string;
  indexes: Indexes;
  document: string;
  source: "cache" | "subgraph";
  control: CacheControl;
  tags: readonly string[];
  privateId: string | undefined;
  data: JsonValue | undefined;
}

export const apolloDebugHeader = "apollo-cache-debugging";

/** In the shape that Apollo's own debugger reads. */
export function writeDebugging(
  entries: readonly DebugEntry[],
  { queryType, cdn }: { queryType: string; cdn: JsonObject | undefined },
): JsonObject {
  return {
    version: "1.0",
    data: entries.map((entry) => writeEntry(entry, queryType)),
    ...(cdn && { cdnInvalidation: cdn }),
  };
}

export function writeCdnDebugging(
  { headerName, maxBytes }: ResponseCacheConfig["cdnInvalidation"],
  { outcome, value, untruncatedBytes }: CdnHeader,
): JsonObject {
  return {
    headerName,
    maxBytes,
    outcome,
    headerValue: value ?? null,
    untruncatedSizeBytes: outcome === "empty" ? null : untruncatedBytes,
    emitted: value !== undefined,
  };
}

function writeEntry(entry: DebugEntry, queryType: string): JsonObject {
  const { piece, subgraph, control, tags, privateId, source } = entry;
  const { type } = piece.section;
  const isRoot = type === queryType;
  const keys = isRoot ? {} : (JSON.parse(piece.key) as JsonObject);
  const { __typename: _saidBeside, ...entityKey } = keys;
  const isPrivate = control.flags.has("private");
  const hasId = privateId !== undefined;
  return {
    key: `${subgraph} ${type} ${piece.key}`,
    invalidationKeys: [`subgraph-${subgraph}`, `type-${subgraph}-${type}`, ...[...tags].sort()],
    indexes: {
      subgraph: entry.indexes.subgraph,
      type: entry.indexes.type,
      cache_tag: entry.indexes.cacheTag,
    },
    kind: isRoot ? { rootFields: piece.form.fields.map(({ name }) => name) } : { typename: type, entityKey },
    subgraphName: subgraph,
    subgraphRequest: {
      query: entry.document,
      variables: isRoot ? {} : { representations: [keys] },
    },
    source,
    cacheControl: writeControl(control),
    shouldStore: isStorable(control) && (!isPrivate || hasId),
    ...(hasId && { hashedPrivateId: hash(privateId) }),
    data: { data: entry.data ?? null },
    warnings: findWarnings(entry, isRoot).map(({ code, message }) => ({ code, links: [], message })),
  };
}

function isStorable({ flags, sharedMaxAgeSeconds, maxAgeSeconds, ageSeconds }: CacheControl): boolean {
  const seconds = sharedMaxAgeSeconds ?? maxAgeSeconds;
  return !flags.has("no-store") && (seconds === undefined || seconds > ageSeconds);
}

function writeControl(control: CacheControl): JsonObject {
  const camel = (flag: string) => flag.replace(/-(\w)/g, (_dash, letter: string) => letter.toUpperCase());
  const optional = (name: string, value: number | undefined) =>
    value === undefined ? {} : { [name]: value };
  return {
    created: Math.floor(control.createdMs / 1_000),
    ...optional("maxAge", control.maxAgeSeconds),
    ...optional("sMaxAge", control.sharedMaxAgeSeconds),
    ...(control.ageSeconds > 0 && { age: control.ageSeconds }),
    ...optional("staleWhileRevalidate", control.staleWhileRevalidateSeconds),
    ...optional("staleIfError", control.staleIfErrorSeconds),
    ...Object.fromEntries([...control.flags].map((flag) => [camel(flag), true])),
  };
}

interface Warning {
  code: string;
  message: string;
}

function findWarnings({ control, privateId, tags, piece }: DebugEntry, isRoot: boolean): Warning[] {
  const { flags, ageSeconds } = control;
  const seconds = control.sharedMaxAgeSeconds ?? control.maxAgeSeconds;
  const isForbidden = flags.has("no-store");
  const all: (Warning & { isTrue: boolean })[] = [
    {
      isTrue: isForbidden,
      code: "CACHE_CONTROL_NO_STORE",
      message: "The request or the answer says no-store, or the answer has no Cache-Control: it is not kept.",
    },
    {
      isTrue: flags.has("private") && privateId === undefined,
      code: "CACHE_CONTROL_PRIVATE_WITHOUT_PRIVATE_ID",
      message: "The answer is private, and no private_id tells one caller from another: it is not kept.",
    },
    {
      isTrue: seconds !== undefined && seconds < 60,
      code: "CACHE_CONTROL_SMALL_MAX_AGE",
      message: "The answer lasts for less than a minute.",
    },
    {
      isTrue: seconds !== undefined && seconds < ageSeconds,
      code: "CACHE_CONTROL_MAX_AGE_SMALLER_AGE",
      message: "The answer was older than its lifetime when it came.",
    },
    {
      isTrue: seconds === undefined && !isForbidden,
      code: "CACHE_CONTROL_WITHOUT_MAX_AGE",
      message: "The answer does not say how long it lasts: the configured ttl counts.",
    },
    {
      isTrue: isRoot && tags.length === 0,
      code: "NO_CACHE_TAG_ON_ROOT_FIELD",
      message: "No tag is on these root fields: they can be invalidated by type and subgraph only.",
    },
    {
      isTrue: isRoot && piece.form.fields.length > 1,
      code: "SEVERAL_ROOT_FIELDS",
      message: "Several root fields of one request stand in one entry, and go together.",
    },
  ];
  return all.filter(({ isTrue }) => isTrue);
}

function hash(text: string): string {
  return new Bun.CryptoHasher("sha256").update(text).digest("hex");
}
