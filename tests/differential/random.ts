import { hashText, mix } from "./hash.ts";

/** The one source of chance in the differential test: the same seed always gives the same run. */
export class Random {
  #state: number;

  constructor(readonly seed: number) {
    this.#state = mix(seed, 0x9e3779b9);
  }

  /** A stream of its own, so that drawing more from one does not move the other. */
  fork(label: string | number): Random {
    return new Random(mix(this.seed, hashText(String(label))));
  }

  /** At least 0, below 1. */
  fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    return mix(this.#state, 0x85ebca6b) / 4294967296;
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  /** Both ends included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.fraction() * (high - low + 1));
  }

  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new Error("cannot pick from nothing");
    return items[this.between(0, items.length - 1)]!;
  }

  shuffled<T>(items: readonly T[]): T[] {
    const result = [...items];
    for (let i = result.length - 1; i > 0; i--) {
      const other = this.between(0, i);
      [result[i], result[other]] = [result[other]!, result[i]!];
    }
    return result;
  }

  sample<T>(items: readonly T[], count: number): T[] {
    return this.shuffled(items).slice(0, count);
  }
}
