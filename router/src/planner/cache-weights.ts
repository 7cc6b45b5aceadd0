import { createHash } from "node:crypto";

/** How often the entity cache answers for a type in a subgraph, from 0 to 1. Undefined where that is unknown. */
export type HitRate = (subgraph: string, type: string) => number | undefined;

/** Rates are rounded down to these, so that plans do not follow every tremor. */
const steps = [0, 0.25, 0.5, 0.75, 0.9];
/** A rate must be so far beyond a step to be taken for it, or for the one below. */
const margin = 0.05;
/** Pairs of subgraph and type whose rates are kept. */
const keptMax = 10_000;

/** What fetches weigh while a cache answers some of them. Rates are read when they are reconsidered. */
export class CacheWeights {
  readonly #hitRate: HitRate;
  readonly #subgraphs: readonly string[];
  readonly #kept = new Map<string, { subgraph: string; type: string; step: number }>();
  #name = "";

  constructor(hitRate: HitRate, subgraphs: readonly string[]) {
    this.#hitRate = hitRate;
    this.#subgraphs = subgraphs;
  }

  /** Equal where all rates are, in any process; empty where none is known. */
  get name(): string {
    return this.#name;
  }

  /** A fetch is spared only where all its objects are cached. */
  readonly weigh = (subgraph: number, types: readonly string[]): number => {
    const name = this.#subgraphs[subgraph] ?? "";
    return 1 - Math.min(1, ...types.map((type) => this.#step(name, type)));
  };

  /** Reads all rates again that any plan has asked for. */
  reconsider(): void {
    const known: string[] = [];
    for (const [key, kept] of this.#kept) {
      const rate = this.#hitRate(kept.subgraph, kept.type) ?? 0;
      if (!isWithin(rate, kept.step)) kept.step = stepBelow(rate);
      if (kept.step > 0) known.push(`${key} ${kept.step}`);
    }
    this.#name =
      known.length === 0 ? "" : createHash("sha256").update(known.sort().join("\n")).digest("base64url");
  }

  #step(subgraph: string, type: string): number {
    const key = `${subgraph} ${type}`;
    let kept = this.#kept.get(key);
    if (kept === undefined) {
      if (this.#kept.size >= keptMax) return 0;
      // Known from the next time on that rates are reconsidered: until then plans have one name, and weigh alike.
      kept = { subgraph, type, step: 0 };
      this.#kept.set(key, kept);
    }
    return kept.step;
  }
}

function stepBelow(rate: number): number {
  return steps.findLast((step) => step <= rate) ?? 0;
}

function isWithin(rate: number, step: number): boolean {
  const next = steps.find((other) => other > step) ?? Number.POSITIVE_INFINITY;
  return rate >= step - margin && rate < next + margin;
}
