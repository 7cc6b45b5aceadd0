import type { GraphqlError } from "../graphql-error.ts";
import type { JsonObject } from "../json.ts";
import type { FetchOptions, FetchResult, Value } from "./fetch-options.ts";
import { keepAnswer } from "./keep-answer.ts";
import { type Flight, flightName, type Piece } from "./parts.ts";
import type { Freshness } from "./store/view.ts";
import type { Verdict } from "./verdict.ts";

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
    const ignoresCache = wishes?.flags.has("no-cache") === true;
    this.ignoresCache = ignoresCache;
    const missing: number[] = [];
    const stale: number[] = [];
    for (let at = 0; at < pieces.length; at++) {
      if (ignoresCache) missing.push(at);
      else if (parts.isObserving) this.observe(at, missing);
      else if (this.take(at, "fresh")) continue;
      else if (this.take(at, "stale")) stale.push(at);
      else missing.push(at);
    }
    // Nobody waits for these: whoever comes next finds them.
    if (stale.length > 0) void this.renew(stale);
    const result = { values: this.values, errors: this.errors };
    if (missing.length === 0) return result;
    if (wishes?.flags.has("no-store")) request.foldNoStore();
    const isKept = wishes?.flags.has("no-store") !== true;
    const canWait = !ignoresCache && isKept && !parts.isObserving;
    const done = canWait ? this.waitOrAsk(missing) : this.askFor(missing, isKept);
    return done.then(() => result);
  }

  private observe(at: number, missing: number[]): void {
    missing.push(at);
    if (this.find(this.options.pieces[at]!, "fresh")) this.observed.add(at);
  }

  /** Takes what is kept, if it may be served now. */
  private take(at: number, freshness: Freshness): boolean {
    const { request, pieces } = this.options;
    const piece = pieces[at]!;
    const found = this.find(piece, freshness);
    if (!found) return false;
    const isWhole = found.views.length === 1 && found.views[0]!.form === piece.form;
    // The cast holds: only while observing are keys kept without data.
    this.values[at] = found.data as JsonObject | null;
    this.count(at, freshness === "fresh" ? (isWhole ? "hit" : "superset-hit") : staleVerdicts[freshness]);
    for (const { terms, tags } of found.views) request.serve(piece.section, terms, tags);
    return true;
  }

  private find(piece: Piece, freshness: Freshness) {
    const { parts, settings, request } = this.options;
    const { section, form, key, inputs } = piece;
    const wanted = { form, inputs, freshness, nowMs: this.nowMs };
    for (const partition of [
      request.privatePartition(section, settings, form),
      form.isProtected ? undefined : request.publicPartition(section, settings),
    ]) {
      const entity = partition === undefined ? undefined : section.shelves.get(partition)?.entities.get(key);
      const found = entity && parts.store.find(entity, wanted);
      if (found) return found;
    }
    return undefined;
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
    const indexes = [...names.keys()];
    const landed = this.options.ask(indexes).then((answers) => {
      keepAnswer({ ...this.options, indexes, answers, since, nowMs: request.nowMs });
    });
    parts.flights.begin([...names.values()], { since, landed });
    await landed.catch(() => {});
  }

  private async askFor(indexes: readonly number[], isKept: boolean): Promise<void> {
    const { parts, request, ask } = this.options;
    const since = parts.log.now;
    const answers = await ask(indexes);
    const nowMs = request.nowMs;
    const verdicts = keepAnswer({ ...this.options, indexes, answers, since, nowMs, isKept });
    request.fold(verdicts.control);
    // What was only observed has no data to be served.
    const isLost = answers.isLost && !this.ignoresCache && !parts.isObserving;
    const rescued = new Set<number>();
    for (let at = 0; at < indexes.length; at++) {
      const index = indexes[at]!;
      if (isLost && this.take(index, "staleOnError")) {
        rescued.add(at);
        continue;
      }
      this.values[index] = answers.values[at];
      this.count(index, this.observed.has(index) ? "hit" : verdicts.of(at));
    }
    for (const error of answers.errorsOf((at) => !rescued.has(at))) this.errors.push(error);
  }

  private count(at: number, verdict: Verdict): void {
    const { parts, request, pieces } = this.options;
    const piece = pieces[at]!;
    parts.count(piece.section, verdict);
    request.note(piece, verdict);
  }
}

const staleVerdicts = { stale: "stale-while-revalidate", staleOnError: "stale-if-error" } as const;

function subjectOf({ section, key }: Piece) {
  return { subgraph: section.subgraph, type: section.type, key };
}
