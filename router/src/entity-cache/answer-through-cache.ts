import type { CachingRun } from "../execute/fetch-cache.ts";
import type { AnswerHead, SubgraphAnswer } from "../execute/subgraph-answer.ts";
import { CacheControlError } from "./cache-control.ts";
import { CachedFetch } from "./cached-fetch.ts";
import { countSections } from "./count-sections.ts";
import type { AskPieces, FetchResult, Value } from "./fetch-options.ts";
import type { FormSurroundings } from "./forms/read-form.ts";
import type { CacheParts, Piece } from "./parts.ts";
import { type RequestCache, requestOf } from "./request-cache.ts";
import type { SubgraphSettings } from "./subgraph-settings.ts";
import { readControl } from "./terms.ts";

/** What a fetch is compiled with. */
export interface FetchSurroundings {
  parts: CacheParts;
  settings: SubgraphSettings;
  forms: FormSurroundings;
}

export interface ThroughCache {
  run: CachingRun;
  document: string;
  pieces: readonly Piece[];
  ask: AskPieces;
  askAll(): Promise<SubgraphAnswer>;
  /** The subgraph's answer, had it been asked for all. */
  write(values: readonly Value[]): SubgraphAnswer;
}

export function answerThroughCache(
  surroundings: FetchSurroundings,
  { run, document, pieces, ask, askAll, write }: ThroughCache,
): SubgraphAnswer | Promise<SubgraphAnswer> {
  const { parts, settings } = surroundings;
  const request = requestOf(run);
  if (!request) return askAll();
  const isCutOff = settings.tier?.isListening === false;
  if (!settings.isEnabled || isCutOff) {
    for (const [section, entities] of countSections(pieces)) {
      // Where there is no cache, none is missed.
      const observer = isCutOff ? request.facts.observer : undefined;
      parts.count(isCutOff ? "cut-off" : "disabled", { section, observer, entities });
    }
    return askAndFold(run, surroundings, askAll);
  }
  const finish = ({ values, errors }: FetchResult): SubgraphAnswer => {
    const isEmpty = errors.length > 0 && values.every((value) => value === undefined);
    return { ...(isEmpty ? { data: null } : write(values)), errors };
  };
  try {
    const result = new CachedFetch({ parts, settings, request, document, pieces, ask }).run();
    return result instanceof Promise ? result.then(finish) : finish(result);
  } catch (error) {
    if (!(error instanceof CacheControlError)) throw error;
    return refuse(settings.subgraph, error);
  }
}

/** What passes the cache by has its word in what the client is told, too. */
export function askAndFold(
  run: CachingRun,
  surroundings: Pick<FetchSurroundings, "parts" | "settings">,
  ask: () => Promise<SubgraphAnswer>,
): Promise<SubgraphAnswer> {
  const request = requestOf(run);
  return ask().then((answer) => {
    if (request) foldHead(request, surroundings, answer.head);
    return answer;
  });
}

export function foldHead(
  request: RequestCache,
  { parts, settings }: Pick<FetchSurroundings, "parts" | "settings">,
  head: AnswerHead | undefined,
): void {
  request.untrace();
  const control = readControl({ head }, { lifetimeMs: settings.lifetimeMs, nowMs: request.nowMs });
  request.fold(control, parts.store.section(settings.subgraph, parts.facts.queryType));
}

function refuse(service: string, { message }: CacheControlError): SubgraphAnswer {
  const extensions = { code: "INVALID_CACHE_CONTROL_HEADER", service };
  return { data: null, errors: [{ message: `cannot get cache-control header: ${message}`, extensions }] };
}
