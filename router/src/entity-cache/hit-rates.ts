import type { Section } from "./store/entity-store.ts";

/** Fewer prove nothing. */
const askedMin = 100;

/** How often the cache has answered lately: what was long ago says little of what is asked now. */
export class HitRates {
  private readonly looks = new WeakMap<Section, { hits: number; misses: number; rate: number | undefined }>();

  /** Since it was last asked for and enough happened; undefined until enough ever did. */
  of(section: Section): number | undefined {
    const { hits, misses } = section.counts;
    const last = this.looks.get(section) ?? { hits: 0, misses: 0, rate: undefined };
    const found = hits - last.hits;
    const asked = found + misses - last.misses;
    if (asked < askedMin) return last.rate;
    const rate = found / asked;
    this.looks.set(section, { hits, misses, rate });
    return rate;
  }
}
