import type { JsonObject } from "../json.ts";
import type { FetchSurroundings } from "./answer-through-cache.ts";
import type { RequestCache } from "./request-cache.ts";

/** So many in a row, none of which was asked before, and the next one is taken for another. */
const newInARowMax = 32;
/** Of those before, at least so many are remembered, and at most twice as many. */
const rememberedMin = 512;

/**
 * Whether a fetch is asked again with the variables that it has. Where each request brings a value of its own, such as
 * the time or a random number, nothing that is kept would ever be found, and would drive out what is.
 */
export class Repeats {
  private newInARow = 0;
  private recent = new Set<bigint>();
  private older = new Set<bigint>();

  constructor(private readonly names: readonly string[]) {}

  /** Notes what is asked; true where nobody will ask it again, going by those before. */
  isOneOff(variables: JsonObject): boolean {
    const name = this.nameOf(variables);
    const wasAsked = this.recent.has(name) || this.older.has(name);
    if (this.recent.size >= rememberedMin) {
      this.older = this.recent;
      this.recent = new Set();
    }
    this.recent.add(name);
    this.newInARow = wasAsked ? 0 : this.newInARow + 1;
    return this.newInARow > newInARowMax;
  }

  private nameOf(variables: JsonObject): bigint {
    let text = "";
    for (const name of this.names) text += `${JSON.stringify(variables[name])};`;
    return Bun.hash.wyhash(text);
  }
}

/** Where nobody wants to hear of each entity, and nothing is said of caches that would have to be heeded. */
export function mayPassBy(
  request: RequestCache | undefined,
  { parts, settings }: Pick<FetchSurroundings, "parts" | "settings">,
): boolean {
  const isAtHand = settings.isEnabled && settings.tier?.isListening !== false && !parts.ghost;
  if (!isAtHand || !request) return false;
  const { verdicts, debugEntries, labels } = request.facts;
  return !verdicts && !debugEntries && !labels && request.headersTo(settings)["cache-control"] === undefined;
}
