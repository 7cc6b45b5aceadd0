import { BoundedCache } from "../bounded-cache.ts";
import type { JsonObject } from "../json.ts";
import { countSections } from "./count-sections.ts";
import type { RequestCache, Use } from "./request-cache.ts";
import type { Section } from "./store/entity-store.ts";
import type { Terms } from "./store/view.ts";

/**
 * Bodies of answers that came from the cache as a whole: as long as every entity in one is the one that it was, and
 * fresh, the body is the same too, and nothing needs to be merged, completed or written.
 */
export class RememberedAnswers {
  private readonly answers: BoundedCache<string, Remembered>;
  private readonly seen = new BoundedCache<string, true>({ entriesMax: seenMax });
  private readonly plans = new WeakMap<object, number>();
  private plansSeen = 0;

  constructor(bytesMax: number) {
    this.answers = new BoundedCache({
      weightMax: bytesMax,
      weigh: ({ body, uses }, name) => body.length + name.length + uses.length * useBytes,
    });
  }

  /** What identifies the answer, if nothing in the cache changes. */
  nameFor(plan: object, variables: JsonObject, request: RequestCache): string {
    let id = this.plans.get(plan);
    if (id === undefined) {
      id = this.plansSeen++;
      this.plans.set(plan, id);
    }
    return `${id} ${request.facts.caller.tenant ?? ""} ${JSON.stringify(variables)}`;
  }

  /** Undefined where something is no longer as it was. */
  recall(name: string, request: RequestCache): Remembered | undefined {
    const answer = this.answers.get(name);
    if (!answer) {
      // What comes for the second time may come again: from then on it is written down what its answer is made of.
      if (this.seen.get(name)) request.trace();
      else this.seen.set(name, true);
      return undefined;
    }
    if (isCurrent(answer, request)) return answer;
    this.answers.delete(name);
    request.trace();
    return undefined;
  }

  remember(name: string, body: string, request: RequestCache): void {
    const uses = request.tracedUses();
    if (!uses) return;
    const freshUntilMs = Math.min(...uses.map(({ terms }) => terms.freshUntilMs));
    this.answers.set(name, {
      body,
      uses,
      freshUntilMs,
      counts: countSections(uses),
      served: distinctTerms(uses),
    });
  }
}

export interface Remembered {
  readonly body: string;
  readonly uses: readonly Use[];
  readonly freshUntilMs: number;
  readonly counts: ReadonlyMap<Section, number>;
  readonly served: readonly { section: Section; terms: Terms; tags: readonly string[] }[];
}

function isCurrent({ uses, freshUntilMs }: Remembered, request: RequestCache): boolean {
  if (request.nowMs >= freshUntilMs) return false;
  for (const { entity, version } of uses) {
    if (entity.version !== version) return false;
    entity.isVisited = true;
  }
  return uses.every((use) => request.finds(use));
}

function distinctTerms(uses: readonly Use[]): Remembered["served"] {
  const served = new Map<string, { section: Section; terms: Terms; tags: readonly string[] }>();
  const terms = new Map<Terms, number>();
  for (const use of uses) {
    if (!terms.has(use.terms)) terms.set(use.terms, terms.size);
    served.set(`${terms.get(use.terms)} ${use.section.subgraph} ${use.section.type} ${use.tags.join()}`, use);
  }
  return [...served.values()];
}

const seenMax = 20_000;
const useBytes = 64;
