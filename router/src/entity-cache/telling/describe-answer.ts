import type { MyceliumCacheConfig } from "../../config/sections/mycelium/cache.ts";
import type { ResponseCacheConfig } from "../../config/sections/response-cache.ts";
import type { JsonObject } from "../../json.ts";
import type { CacheParts } from "../parts.ts";
import type { NotedVerdict, RequestCache } from "../request-cache.ts";
import { buildCdnHeader } from "./cdn-header.ts";
import { debugHeaderName, isDebugHeader } from "./debug-header.ts";
import { apolloDebugHeader, type DebugEntry, writeCdnDebugging, writeDebugging } from "./debugger.ts";
import { explainVerdicts } from "./explain.ts";

interface DebugSettings {
  config: ResponseCacheConfig;
  own: MyceliumCacheConfig;
  nowMs: number;
}

/** What a request asks to be told about the cache, and may be told. */
export function readDebugWishes(headers: Headers, { config, own, nowMs }: DebugSettings): DebugWishes {
  const key = own.debugKey;
  const isSigned = key !== undefined && isDebugHeader(headers.get(debugHeaderName), { key, nowMs });
  const isDebugged = config.debug && headers.get(apolloDebugHeader) === "true";
  return { verdicts: isSigned ? [] : undefined, debugEntries: isDebugged ? [] : undefined };
}

interface DebugWishes {
  verdicts: NotedVerdict[] | undefined;
  debugEntries: DebugEntry[] | undefined;
}

export interface Description {
  config: ResponseCacheConfig;
  parts: CacheParts;
  hasErrors: boolean;
  isObserving: boolean;
}

/** Headers and extensions that go with an answer. Whoever only observes changes nothing for clients. */
export function describeAnswer(
  request: RequestCache,
  { config, parts, hasErrors, isObserving }: Description,
) {
  const headers: Record<string, string> = {};
  const extensions: JsonObject = {};
  const { verdicts, debugEntries, labels } = request.facts;
  const { clampedBy } = request;
  if (clampedBy) parts.meters.judged(clampedBy.subgraph, clampedBy.type, "clamped-by", 1);
  if (!isObserving && config.includeCacheControlHeaderOnRouterResponse) {
    const control = request.writeHeader(hasErrors);
    if (control !== undefined) headers["cache-control"] = control;
  }
  const cdn = labels && buildCdnHeader(labels, config.cdnInvalidation);
  if (cdn) {
    parts.meters.cdnHeader(cdn.outcome);
    if (cdn.value !== undefined) headers[config.cdnInvalidation.headerName] = cdn.value;
  }
  if (debugEntries) {
    extensions.apolloCacheDebugging = writeDebugging(debugEntries, {
      queryType: parts.facts.queryType,
      cdn: cdn && writeCdnDebugging(config.cdnInvalidation, cdn),
    });
  }
  if (verdicts) extensions.myceliumCache = explainVerdicts(verdicts, clampedBy);
  return { headers, extensions };
}
