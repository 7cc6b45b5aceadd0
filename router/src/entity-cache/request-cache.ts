import type { Caller } from "../auth/caller.ts";
import type { CachingRun, RequestCaching } from "../execute/fetch-cache.ts";
import type { HeaderSources } from "../subgraphs/propagate-headers.ts";
import type { RequestObserver } from "../telemetry/observer.ts";
import {
  type CacheControl,
  mergeControls,
  noStore,
  parseCacheControl,
  secondsLeft,
  writeCacheControl,
} from "./cache-control.ts";
import type { Form } from "./forms/form.ts";
import type { Piece } from "./parts.ts";
import type { Entity, Found, Section } from "./store/entity-store.ts";
import type { Terms } from "./store/view.ts";
import type { SubgraphSettings } from "./subgraph-settings.ts";
import type { DebugEntry } from "./telling/debugger.ts";
import type { InvalidationLabels } from "./telling/invalidation-labels.ts";
import type { Verdict } from "./telling/verdict.ts";

export interface RequestFacts {
  observer: Pick<RequestObserver, "cacheUsed">;
  caller: Caller;
  sources: HeaderSources;
  nowMs(): number;
  /** Where the client's caches are told by what they can be purged. */
  labels?: InvalidationLabels | undefined;
  /** Where somebody asked for them. */
  verdicts?: NotedVerdict[] | undefined;
  debugEntries?: DebugEntry[] | undefined;
}

/** One entity as it went into an answer, and where its like would be looked for. */
export interface Use {
  readonly entity: Entity;
  readonly version: number;
  readonly section: Section;
  readonly settings: SubgraphSettings;
  readonly form: Form;
  readonly terms: Terms;
  readonly tags: readonly string[];
  readonly publicPartition: string;
  readonly privatePartition: string | undefined;
}

export interface NotedVerdict {
  piece: Piece;
  verdict: Verdict;
}

/** What the cache knows of one client's request, and what its answer may say of how long it lasts. */
export class RequestCache implements RequestCaching {
  readonly isCaching = true;
  private readonly folded = new Set<CacheControl>();
  private control: CacheControl | undefined;
  private shortest: Section | undefined;
  private uses: Use[] | undefined;
  private readonly outgoing = new Map<SubgraphSettings, Record<string, string>>();
  private readonly partitions = new Map<Section, { varyNames: number; partition: string }>();

  constructor(readonly facts: RequestFacts) {}

  get debugEntries(): DebugEntry[] | undefined {
    return this.facts.debugEntries;
  }

  get nowMs(): number {
    return this.facts.nowMs();
  }

  /** From now on it is written down what the answer is made of. */
  trace(): void {
    this.uses = [];
  }

  /** Undefined where it is not known, or something in it did not come from the cache. */
  tracedUses(): readonly Use[] | undefined {
    return this.uses?.length === 0 ? undefined : this.uses;
  }

  /** Something of the answer came otherwise. */
  untrace(): void {
    this.uses = undefined;
  }

  use(found: Found, piece: Piece, settings: SubgraphSettings): void {
    if (!this.uses) return;
    const { section, form } = piece;
    const publicPartition = this.publicPartition(section, settings);
    const privatePartition = this.privatePartition(section, settings, form);
    const place = { section, settings, form, publicPartition, privatePartition };
    for (const { terms, tags } of found.views) {
      this.uses.push({ entity: found.entity, version: found.entity.version, terms, tags, ...place });
    }
  }

  /** Whether this request looks where that one looked. */
  finds({ section, settings, form, publicPartition, privatePartition }: Use): boolean {
    return (
      this.publicPartition(section, settings) === publicPartition &&
      this.privatePartition(section, settings, form) === privatePartition
    );
  }

  /** What an answer to the client may last at most. Once for all that came with one answer. */
  fold(control: CacheControl, section: Section): void {
    if (this.folded.has(control)) return;
    this.folded.add(control);
    const before = this.control && secondsLeft(this.control, this.nowMs);
    this.control = this.control ? mergeControls(this.control, control, this.nowMs) : control;
    // Not the first, but the first that shortens: that is what somebody who wants more has to look at.
    const after = secondsLeft(this.control, this.nowMs) ?? Infinity;
    if (this.folded.size === 1 || after < (before ?? Infinity)) this.shortest = section;
  }

  /** Whose lifetime the answer has, where several had a part in it. */
  get clampedBy(): Section | undefined {
    return this.folded.size > 1 ? this.shortest : undefined;
  }

  foldNoStore(): void {
    this.control = noStore(this.nowMs);
  }

  /** Something kept becomes a part of the answer. */
  serve(section: Section, { control }: Terms, tags: readonly string[]): void {
    this.fold(control, section);
    this.label(section, tags);
  }

  label({ subgraph, type }: Section, tags: readonly string[]): void {
    const { labels } = this.facts;
    if (!labels) return;
    labels.addType(subgraph, type);
    for (const tag of tags) labels.tags.add(tag);
  }

  note(piece: Piece, verdict: Verdict): void {
    this.facts.verdicts?.push({ piece, verdict });
  }

  /** Undefined where no subgraph had a part in the answer. */
  writeHeader(hasErrors: boolean): string | undefined {
    if (this.control === undefined) return undefined;
    const text = hasErrors ? "no-store" : writeCacheControl(this.control, this.nowMs);
    return text === "" ? undefined : text;
  }

  /** What the request to the subgraph says of caches. Throws where that cannot be read. */
  requestControl(settings: SubgraphSettings): CacheControl | undefined {
    const cacheControl = this.headersTo(settings)["cache-control"];
    return cacheControl === undefined ? undefined : parseCacheControl({ cacheControl, nowMs: this.nowMs });
  }

  headersTo(settings: SubgraphSettings): Record<string, string> {
    let headers = this.outgoing.get(settings);
    if (!headers) {
      headers = settings.buildHeaders(this.facts.sources);
      this.outgoing.set(settings, headers);
    }
    return headers;
  }

  /** Where all callers of the tenant look who send the same in the headers that count. */
  publicPartition(section: Section, settings: SubgraphSettings): string {
    const { varyNames } = section;
    const known = this.partitions.get(section);
    if (known?.varyNames === varyNames.length) return known.partition;
    let partition = writePart(this.facts.caller.tenant);
    if (varyNames.length > 0) {
      const headers = this.headersTo(settings);
      for (const name of varyNames) partition += `${name}=${writePart(headers[name])}`;
    }
    this.partitions.set(section, { varyNames: varyNames.length, partition });
    return partition;
  }

  /** Where only this caller looks. Undefined where nothing tells callers apart. */
  privatePartition(section: Section, settings: SubgraphSettings, form: Form): string | undefined {
    if (settings.privateId === undefined && !form.isProtected) return undefined;
    const id = this.privateId(settings);
    // Who may see a protected field depends on roles and scopes, which the identity covers.
    const { identity } = this.facts.caller;
    const ids = form.isProtected ? [id, identity === "" ? undefined : identity] : [id];
    if (ids.every((each) => each === undefined)) return undefined;
    return `${this.publicPartition(section, settings)}private:${ids.map(writePart).join("")}`;
  }

  privateId({ privateId }: SubgraphSettings): string | undefined {
    const value = this.readPrivateId(privateId);
    return typeof value === "string" && value !== ""
      ? value
      : typeof value === "number"
        ? String(value)
        : undefined;
  }

  private readPrivateId(source: SubgraphSettings["privateId"]): unknown {
    const { sources, caller } = this.facts;
    switch (source?.kind) {
      case undefined:
        return undefined;
      case "context":
        return sources.context.get(source.key);
      case "claim":
        return caller.claims?.[source.name];
      case "header":
        return sources.headers.get(source.name) ?? undefined;
    }
  }
}

/** Undefined for runs that are no answer to one request, such as those of events. */
export function requestOf({ caching }: CachingRun): RequestCache | undefined {
  return caching instanceof RequestCache ? caching : undefined;
}

/** With its length, so that no value passes for two. */
function writePart(text: string | undefined): string {
  return text === undefined ? "-;" : `${text.length}:${text};`;
}
