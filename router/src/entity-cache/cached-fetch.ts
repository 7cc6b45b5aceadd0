import type { GraphqlError } from "../graphql-error.ts";
import type { JsonObject } from "../json.ts";
import { asRedisError } from "../redis/redis-error.ts";
import type { FetchOptions, FetchResult, Value } from "./fetch-options.ts";
import { keepAnswer } from "./keep-answer.ts";
import { type Address, type Flight, flightName, type Piece, type SecondTier } from "./parts.ts";
import type { Freshness } from "./store/view.ts";
import type { DebugEntry } from "./telling/debugger.ts";
import type { Verdict } from "./telling/verdict.ts";

/** One fetch of one request: what is there is taken, what somebody asks for already is waited for, the rest is asked. */
export class CachedFetch {
  private readonly values: Value[];
  private readonly errors: GraphqlError[] = [];
  private readonly nowMs: number;
  private ignoresCache = false;
  /** While observing: what would have been there. */
  private readonly observed = new Set<number>();

  constructor(private readonly options: FetchOptions) {
    this.values = new Array(options.pieces.length);
    this.nowMs = options.request.nowMs;
  }

  /** Synchronous where nothing is missing. */
  run(): FetchResult | Promise<FetchResult> {
    const { parts, settings, request, pieces } = this.options;
    const wishes = request.requestControl(settings);
    // What a request says of caches must be heard each time.
    if (wishes) request.untrace();
    const ignoresCache = wishes?.flags.has("no-cache") === true;
    this.ignoresCache = ignoresCache;
    const missing: number[] = [];
    const stale: number[] = [];
    for (let at = 0; at < pieces.length; at++) {
      if (ignoresCache) missing.push(at);
      else if (parts.ghost) this.observe(at, missing);
      else if (this.take(at, "fresh")) continue;
      else if (this.take(at, "stale")) stale.push(at);
      else missing.push(at);
    }
    // Nobody waits for these: whoever comes next finds them.
    if (stale.length > 0) void this.renew(stale);
    parts.meters.entities(settings.subgraph, pieces.length);
    const result = { values: this.values, errors: this.errors };
    if (missing.length === 0) return result;
    request.untrace();
    if (wishes?.flags.has("no-store")) request.foldNoStore();
    const isKept = wishes?.flags.has("no-store") !== true;
    const canWait = !ignoresCache && isKept && !parts.ghost;
    const done = canWait ? this.waitOrAsk(missing) : this.askFor(missing, isKept);
    return done.then(() => result);
  }

  private observe(at: number, missing: number[]): void {
    missing.push(at);
    if (this.find(this.options.pieces[at]!, "fresh")) this.observed.add(at);
  }

  /** Takes what is kept, if it may be served now. */
  private take(at: number, freshness: Freshness): boolean {
    const { request, settings, pieces } = this.options;
    const piece = pieces[at]!;
    const found = this.find(piece, freshness);
    if (!found) return false;
    const isWhole = found.views.length === 1 && found.views[0]!.form === piece.form;
    // The cast holds: only while observing are keys kept without data.
    this.values[at] = found.data as JsonObject | null;
    if (freshness === "fresh") request.use(found, piece, settings);
    else request.untrace();
    this.count(at, freshness === "fresh" ? (isWhole ? "hit" : "superset-hit") : staleVerdicts[freshness]);
    for (const { terms, tags } of found.views) {
      request.serve(piece.section, terms, tags);
      this.debug(at, { source: "cache", control: terms.control, tags });
    }
    return true;
  }

  private find(piece: Piece, freshness: Freshness) {
    const { parts, settings, request } = this.options;
    const { section, form, key, inputs } = piece;
    const wanted = { form, inputs, freshness, nowMs: this.nowMs };
    const findIn = (partition: string | undefined) => {
      const entity = partition === undefined ? undefined : section.shelves.get(partition)?.entities.get(key);
      return entity && parts.store.find(entity, wanted);
    };
    const own = findIn(request.privatePartition(section, settings, form));
    return own ?? (form.isProtected ? undefined : findIn(request.publicPartition(section, settings)));
  }

  private async waitOrAsk(missing: readonly number[]): Promise<void> {
    const { parts, pieces, request, settings } = this.options;
    const joined = new Map<number, Flight>();
    const own: number[] = [];
    const names: string[] = [];
    for (const at of missing) {
      const piece = pieces[at]!;
      const name = flightName(piece, request.publicPartition(piece.section, settings));
      const flight = parts.flights.isWorthWaiting(piece.form) ? parts.flights.find(name) : undefined;
      if (flight && !parts.log.isOutdated(flight.since, subjectOf(piece))) joined.set(at, flight);
      else {
        own.push(at);
        names.push(name);
      }
    }
    const asked = own.length > 0 ? this.askFor(own, true) : undefined;
    if (asked) parts.flights.begin(names, { since: parts.log.now, landed: asked });
    if (joined.size > 0) await this.waitFor(joined);
    await asked;
  }

  /** What did not come that way is asked for after all. */
  private async waitFor(joined: ReadonlyMap<number, Flight>): Promise<void> {
    await Promise.allSettled([...joined.values()].map(({ landed }) => landed));
    const missing: number[] = [];
    for (const at of joined.keys()) {
      if (!this.take(at, "fresh")) missing.push(at);
    }
    if (missing.length > 0) await this.askFor(missing, true);
  }

  private async renew(stale: readonly number[]): Promise<void> {
    const { parts, pieces, request, settings } = this.options;
    const names = new Map<number, string>();
    for (const at of stale) {
      const piece = pieces[at]!;
      const name = flightName(piece, request.publicPartition(piece.section, settings));
      if (!parts.flights.find(name)) names.set(at, name);
    }
    if (names.size === 0) return;
    const since = parts.log.now;
    const position = settings.tier?.position;
    const indexes = [...names.keys()];
    const landed = this.options.ask(indexes).then((answers) => {
      const { places } = keepAnswer({ ...this.options, indexes, answers, since, nowMs: request.nowMs });
      if (position !== undefined) this.share(places, position);
    });
    parts.flights.begin([...names.values()], { since, landed });
    await landed.catch(() => {});
  }

  /** What other nodes keep; returns what is missing even so. */
  private async load(tier: SecondTier, wanted: readonly number[]): Promise<readonly number[]> {
    const { parts, settings, request, pieces } = this.options;
    const addresses = wanted.flatMap((at) => {
      const { section, key, form } = pieces[at]!;
      const own = request.privatePartition(section, settings, form);
      const common = form.isProtected ? undefined : request.publicPartition(section, settings);
      return [own, common].flatMap((partition) =>
        partition === undefined ? [] : [{ section, partition, key }],
      );
    });
    const startedMs = performance.now();
    try {
      await tier.load(addresses, this.nowMs);
      parts.meters.fetched(settings.subgraph, wanted.length, performance.now() - startedMs);
    } catch (error) {
      parts.meters.fetchFailed(settings.subgraph, asRedisError(error).type);
      return wanted;
    }
    return wanted.filter((at) => !this.take(at, "fresh"));
  }

  /** Nobody waits for it. */
  private share(places: readonly Address[], position: string): void {
    const { parts, settings } = this.options;
    if (places.length === 0) return;
    const { tier, indexes, subgraph } = settings;
    const startedMs = performance.now();
    tier?.keep(places, { indexes, position }).then(
      () => parts.meters.inserted(subgraph, places.length, performance.now() - startedMs),
      (error: unknown) => parts.meters.insertFailed(subgraph, asRedisError(error).type),
    );
  }

  private async askFor(wanted: readonly number[], isKept: boolean): Promise<void> {
    const { parts, settings, request, pieces, ask } = this.options;
    const since = parts.log.now;
    const position = settings.tier?.position;
    const indexes = settings.tier && !this.ignoresCache ? await this.load(settings.tier, wanted) : wanted;
    if (indexes.length === 0) return;
    const answers = await ask(indexes);
    const nowMs = request.nowMs;
    const verdicts = keepAnswer({ ...this.options, indexes, answers, since, nowMs, isKept });
    if (position !== undefined) this.share(verdicts.places, position);
    request.fold(verdicts.control, pieces[indexes[0]!]!.section);
    // What was only observed has no data to be served.
    const isLost = answers.isLost && !this.ignoresCache && !parts.ghost;
    const rescued = new Set<number>();
    for (let at = 0; at < indexes.length; at++) {
      const index = indexes[at]!;
      if (isLost && this.take(index, "staleOnError")) {
        rescued.add(at);
        continue;
      }
      this.values[index] = answers.values[at];
      this.count(index, this.observed.has(index) ? "hit" : verdicts.of(at));
      this.debug(index, { source: "subgraph", control: verdicts.control, tags: answers.tags(at) });
    }
    for (const error of answers.errorsOf((at) => !rescued.has(at))) this.errors.push(error);
  }

  private debug(at: number, what: Pick<DebugEntry, "source" | "control" | "tags">): void {
    const { request, settings, pieces, document } = this.options;
    if (!request.debugEntries) return;
    const { subgraph, indexes } = settings;
    const privateId = request.privateId(settings);
    const place = { piece: pieces[at]!, subgraph, indexes, document, privateId, data: this.values[at] };
    request.debugEntries.push({ ...what, ...place });
  }

  private count(at: number, verdict: Verdict): void {
    const { parts, request, pieces } = this.options;
    const piece = pieces[at]!;
    parts.count(verdict, { section: piece.section, observer: request.facts.observer });
    request.note(piece, verdict);
  }
}

const staleVerdicts = { stale: "stale-while-revalidate", staleOnError: "stale-if-error" } as const;

function subjectOf({ section, key }: Piece) {
  return { subgraph: section.subgraph, type: section.type, key };
}
