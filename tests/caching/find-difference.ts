import type { TokenIssuer } from "../e2e/support/token-issuer.ts";
import { type Difference, RandomShop } from "./support/random-shop.ts";

export interface Search {
  issuer: TokenIssuer;
  firstSeed: number;
  runs: number;
  steps: number;
}

/** Each run is a shop of its own, all of it decided by its seed. Stops at the first difference. */
export async function findDifference({ issuer, firstSeed, runs, steps }: Search) {
  const differences: Difference[] = [];
  const counts = { hits: 0, misses: 0 };
  for (let seed = firstSeed; seed < firstSeed + runs && differences.length === 0; seed++) {
    using shop = await RandomShop.open(seed, issuer);
    const difference = await shop.run(steps);
    if (difference) differences.push(difference);
    counts.hits += shop.counts.hits;
    counts.misses += shop.counts.misses;
  }
  return { differences, ...counts };
}
