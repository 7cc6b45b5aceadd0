import type { CacheControl } from "./cache-control.ts";
import type { FetchOptions, PieceAnswers } from "./fetch-options.ts";
import type { Address, Piece } from "./parts.ts";
import type { Section } from "./store/entity-store.ts";
import type { Terms } from "./store/view.ts";
import { schemaTags } from "./tags.ts";
import type { Verdict } from "./telling/verdict.ts";
import { readControl, termsIfKept, termsOf } from "./terms.ts";

export interface Keeping extends FetchOptions {
  indexes: readonly number[];
  answers: PieceAnswers;
  /** Where the log of invalidations stood when the fetch began. */
  since: number;
  nowMs: number;
  /** False where the request forbids it. */
  isKept?: boolean;
}

export interface Kept {
  control: CacheControl;
  of(piece: number): Verdict;
  /** Where something new stands now. */
  places: readonly Address[];
}

/** Keeps of an answer what may be kept, and says of each piece what became of it. */
export function keepAnswer(keeping: Keeping): Kept {
  const { settings, answers, nowMs, parts, pieces, indexes } = keeping;
  const control = readControl(answers.answer, { lifetimeMs: settings.lifetimeMs, nowMs });
  const terms = parts.ghost ? termsIfKept(control, settings.lifetimeMs) : termsOf(control);
  const obstacle = terms ? findObstacle(keeping) : whyNot(keeping, control);
  const places: Address[] = [];
  const verdicts = indexes.map((index, at) => {
    const piece = pieces[index]!;
    const verdict = obstacle ?? keepPiece(keeping, { at, piece, terms: terms!, places });
    parts.flights.learn(piece.form, verdict === "miss");
    return verdict;
  });
  return { control, of: (at) => verdicts[at]!, places };
}

/** What keeps all of an answer from being kept. */
function findObstacle({ answers, isKept = true, pieces, indexes }: Keeping): Verdict | undefined {
  const { head } = answers.answer;
  if (!isKept) return "request-no-store";
  // Errors that belong to single entities leave the others as they are.
  if (answers.hasErrorOfAll) return "errors";
  const sections = new Set(indexes.map((index) => pieces[index]!.section));
  return [...sections].every((section) => learnVary(head?.header("vary"), section)) ? undefined : "vary-any";
}

function whyNot({ answers }: Keeping, { flags }: CacheControl): Verdict {
  const { head } = answers.answer;
  if (answers.hasErrorOfAll) return "errors";
  if (head?.header("cache-control") === undefined) return "no-header";
  return flags.has("no-store") || flags.has("no-cache") ? "no-store" : "no-lifetime";
}

/** From now on answers are told apart by these headers. False where no number of headers would do. */
function learnVary(vary: string | undefined, { varyNames }: Section): boolean {
  if (vary === undefined) return true;
  for (const part of vary.toLowerCase().split(",")) {
    const name = part.trim();
    if (name === "*") return false;
    if (name !== "" && !transportHeaders.has(name) && !varyNames.includes(name)) varyNames.push(name);
  }
  return varyNames.length <= varyNamesMax;
}

/** The router sends these of its own accord, the same for everybody. */
const transportHeaders = new Set([
  "accept",
  "accept-encoding",
  "content-type",
  "content-length",
  "host",
  "connection",
]);

const varyNamesMax = 16;

interface KeptPiece {
  at: number;
  piece: Piece;
  terms: Terms;
  places: Address[];
}

function keepPiece(keeping: Keeping, { at, piece, terms, places }: KeptPiece): Verdict {
  const { answers, parts, request, settings, since } = keeping;
  const { section, key, form, inputs } = piece;
  const data = answers.values[at];
  if (data === undefined || answers.failed.has(at)) return "errors";
  const isPrivate = form.isProtected || terms.control.flags.has("private");
  const partition = isPrivate
    ? request.privatePartition(section, settings, form)
    : request.publicPartition(section, settings);
  if (partition === undefined) return "private-without-id";
  const tags = [...new Set([...schemaTags(parts.facts, piece), ...answers.tags(at)])];
  const subject = { subgraph: section.subgraph, type: section.type, key, tags };
  if (parts.log.isOutdated(since, subject)) return "invalidated-meanwhile";
  request.label(section, tags);
  parts.ghost?.observe(section, key, data, keeping.nowMs);
  const view = { key, form, inputs, data: parts.ghost ? undefined : data, terms, tags };
  if (!parts.store.put(section, partition, view)) return "too-large";
  places.push({ section, partition, key });
  return "miss";
}
